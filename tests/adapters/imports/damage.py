"""Damage: files as they arrive after a broken download, a bad disk or a malicious hand."""

from hypothesis import strategies as st

_CUT, _OVERWRITE, _INSERT = "cut", "overwrite", "insert"


@st.composite
def damaged(draw: st.DrawFn, *contents: bytes) -> bytes:
    """One of the files, with up to eight bytes or stretches overwritten, cut out or put in."""
    content = bytearray(draw(st.sampled_from(contents)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.one_of(st.integers(0, 300), st.integers(0, max(1, len(content)))))
        at = min(at, len(content))
        match draw(st.sampled_from([_CUT, _OVERWRITE, _INSERT])):
            case "cut":
                del content[at : at + draw(st.integers(1, 60))]
            case "overwrite":
                patch = draw(st.binary(min_size=1, max_size=8))
                content[at : at + len(patch)] = patch
            case _:
                content[at:at] = draw(st.binary(min_size=1, max_size=8))
    return bytes(content)
