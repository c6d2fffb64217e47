"""British spellings under the American ones: "labour" meets "labor", "organised" "organized".

Told by the ending, for words that have both and mean the same in both.
"""

from __future__ import annotations

import re

_OUR = (
    "arm|behavi|cand|ard|clam|col|discol|endeav|fav|flav|glam|harb|hon|hum|lab|neighb|od|parl|rig|"
    "rum|sav|splend|tum|vap|vig"
)
_RE = "calib|cent|fib|lit|lust|(?:centi|kilo|milli|nano)?met|sabot|somb|spect|theat"
_L = (
    "cancel|channel|counsel|dial|equal|fuel|label|level|marshal|model|panel|pedal|quarrel|shovel|"
    "signal|spiral|total|travel|tunnel"
)
_IZE = (
    "apolog|critic|(?:dis|re)?organ|emphas|jeopard|maxim|minim|recogn|scrutin|subsid|summar|symbol"
)
"""Not all that end so: a stem of "privatized" is that of "private", one of "privatised" is not."""
_ENDINGS = (
    (re.compile(rf"^(un|dis|mis)?({_OUR})our"), r"\1\2or"),
    (re.compile(rf"^({_RE})re(?=s?$)"), r"\1er"),
    (re.compile(rf"^({_RE})red$"), r"\1ered"),
    (re.compile(rf"^({_L})l(?=(?:ed|ers?|ings?)$)"), r"\1"),
    (re.compile(r"^(anal|paral|catal)ys(?=(?:ed?|ing)$)"), r"\1yz"),
    (re.compile(r"^(def|off|lic|pret)ence(?=s?$)"), r"\1ense"),
    (re.compile(r"^programme(?=s?$)"), "program"),
    (re.compile(r"^aluminium$"), "aluminum"),
    (re.compile(r"^sulph(?=ur|ate|id)"), "sulf"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"^ageing$"), "aging"),
    (re.compile(r"(?<=p)ae(?=diatric)|(?<=an)ae(?=mi|sth)|(?<=h)ae(?=m(?:orr|ato|ogl))"), "e"),
    (re.compile(r"(?<=leuk)ae(?=mi)|(?<=gyn)ae(?=col)|^oe(?=strogen)|(?<=f)oe(?=t[ua])"), "e"),
    (re.compile(r"(?<=diarrh)oe(?=a)"), "e"),
    (re.compile(rf"^({_IZE})is(?=(?:ed?|es|ers?|ing|ations?|ational)$)"), r"\1iz"),
)


def american(word: str) -> str:
    """The American spelling of a lower-case word, or the word itself."""
    for ending, put in _ENDINGS:
        word = ending.sub(put, word, count=1)
    return word
