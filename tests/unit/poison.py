"""Values that no venue may put into our books, as raw JSON: each is sent in every field."""

import json

NUMBERS = [
    "NaN", "Infinity", "-Infinity", "-1", "-0.0", "-0", "-0.01", "-1e-30", "1e308", "-1e308",
    "1e-308", "1e400", "-1e400", "5e-324", "1" + "0" * 39, "9" * 39, "0." + "3" * 39,
    "0." + "0" * 60 + "1", "1e39", "1e-39", "-9" + "9" * 38, "18446744073709551616",
]  # fmt: skip
NOT_NUMBERS = [
    "true", "false", "null", "[]", "{}", "[null]", "[true]", "[[]]", '[""]', '{"price": 1}',
    '{"$numberDecimal": "1"}', "[1e308]", '["NaN"]', '["0.5", "NaN"]', "[" * 40 + "]" * 40,
]  # fmt: skip
NUMBERS_IN_WORDS = [
    "NaN", "nan", "sNaN", "NaN123", "Infinity", "-Infinity", "inf", "-inf", "+inf", "-1", "-0.0",
    "1e308", "1e-308", "1e400", "9" * 39, "0." + "3" * 39, "0x10", "0b1", "0o7", "1_000", "1,5",
    "1.5.1", "1e", "e1", ".", "-", "+", "--1", " 1", "1 ", "1\t", "\uff11\uff12", "\u0661\u0662",
    "\u00bd", "\u221e", "1\u00a0000", "1\u200b", "\u22121", "null", "true", "None", "undefined",
    "", " ",
]  # fmt: skip
ATTACKS = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)",
    "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-cmd|' /C calc'!A0", "@SUM(1+1)*cmd|'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", "=HYPERLINK(\"http://example.org\")", "%0a=1+1", "'=1+1",
    "{{7*7}}", "${jndi:ldap://example.org}", "#{7*7}", "'; DROP TABLE state; --",
    "../../etc/passwd",
    "..\\..\\secret", "file:///etc/passwd", "[bold red]x[/]", "\u001b[2J\u001b[31mred",
    "\u001b]8;;http://example.org\u0007link", "%s%s%n", "{0.__class__}", "__proto__",
    '{"a": NaN}', "[1, NaN]", '["a", "a"]', '["Yes", "\u202e"]', '["1", "1"]', "[" * 5000,
    "x" * 5000, "\U0001f4a9" * 300, "e\u0301" * 3000, "word " * 3000,
    "2026-13-45T00:00:00Z", "9999-12-31T23:59:59-23:00", "0000-00-00T00:00:00Z",
    "2026-09-14T12:00:00", "1789387195250999", "99999999999999", "tomorrow",
]  # fmt: skip
BIDI = ["\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200f"]
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u2028", "\u2029"]
CONTROLS = [chr(code) for code in (*range(1, 32), 127, 0, 0x85, 0x9B)]

POISON: list[str] = [
    *NUMBERS,
    *NOT_NUMBERS,
    *(json.dumps(text) for text in NUMBERS_IN_WORDS),
    *(json.dumps(text) for text in ATTACKS),
    *(json.dumps(f"evil{mark}txt.exe") for mark in (*BIDI, *INVISIBLE, *CONTROLS)),
    '"\\ud800"', '"\\udfff\\ud800"',
]  # fmt: skip
