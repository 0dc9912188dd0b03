"""Runs inside the emulator's own environment: what ministack 1.5.33 lacks for a daily driver.

Everything here reaches into ministack's private functions, so its version is pinned in
``bot.cloud.emulator.PACKAGES``; the rehearsal tests fail when an upgrade breaks an assumption.
Only the standard library and ministack are imported.
"""
