"""What a hostile or broken API could write into any field."""

from hypothesis import strategies as st

from chalicelib.venues.payload import load_json

POISON = [
    None, True, False, "", "NaN", "Infinity", "-1", "1e308", "9" * 39, "0x10", "<script>", "=cmd",
    "\u202eabc", "\x00", "a" * 100_000, -1, 0, 10**38, 10**308, [], {}, [[]], "-0.0", "١",
    load_json("-0.0"), load_json("1e308"), load_json("-1e-400"), load_json("1e-99"),
]  # fmt: skip
poison = st.sampled_from(POISON) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
