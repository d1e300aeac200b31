"""How requests end, in words: each outcome, each gate and each rule has its one sentence here."""

from __future__ import annotations

from infill_ls.records import OutcomeName

RULES = {
    "echo": "the cursor's line, or the text that a chat server was given to continue, repeated",
    "stop": "control tokens and stop strings",
    "think": "thoughts before the answer",
    "repetition": "text that repeats again and again",
    "whitespace": "endless blank lines and white space",
    "fence": "a Markdown fence around the answer, and the prose before it",
    "closer": "a closing bracket that nothing opened, or that the document already has",
    "block": "what follows the block that the cursor is in",
    "statement": "what follows the statement that the cursor is in",
    "suffix": "text that already follows the cursor, repeated",
    "hidden": "invisible characters and bidirectional control marks",
    "token": "control tokens of other models",
    "redacted": "the word that stood in the prompt for a secret, and what follows it",
    "question": "headings and tags of the prompt",
    "prose": "an apology or an introduction in place of code",
    "backticks": "backticks around the whole answer",
    "unfinished": "a last line that a limit cut off",
    "lines": "more lines than requested",
    "above": "the lines above the cursor, repeated",
    "mark": "the comment mark, repeated",
    "blank": "a line break before code that belongs on the cursor's line",
    "chain": "a space between a dot and a name",
    "indent": "indentation that is already there",
    "unit": "tabs for spaces, or spaces for tabs",
    "tag": "what follows the closing tag that the document already has",
    "dedent": "indentation missing from later lines of Python",
    "shift": "indentation missing from later lines, as brackets show",
    "line_ends": "trailing white space",
    "short": "a comment mark and nothing else",
    "syntax": "last lines that break a document that parses without them",
    "broken": "a suggestion you did not ask for that would leave brackets, a word or the syntax broken",
}
"""The rules that a model's text goes through, and what each removes or repairs."""

GATES = {
    "scheme": "this is not a document that code is written in",
    "language": "suggestions are switched off for this language or file",
    "no_prefix": "nothing to complete: the cursor is at the start of the file",
    "manual": "suggestions are shown only when you ask for one (`completion.trigger` is `manual`)",
    "comment": "suggestions in comments are switched off",
    "string": "suggestions in strings are switched off",
    "deleted": "text was deleted; suggestions come as you type",
    "undone": "an edit was undone or redone; suggestions come as you type",
    "moved": "only the cursor moved; suggestions come as you type",
    "mid_word": "the cursor is inside a word; ask for a suggestion to get one here",
    "mid_line": "code follows the cursor on its line; ask for a suggestion to get one here",
    "complete": "the model had nothing to add here before",
    "next_off": "next edits are switched off (`next_edit.source` is `off`)",
    "next_language": "next edits are switched off for this language or file",
    "not_repeated": "what you changed last was not changed twice in the same way, or no place is left to do it again",
    "next_long": "the lines around the cursor are too long to be written anew",
    "next_alone": "nothing around says that what you changed last leads to another change, so no model was asked",
    "next_thrift": "the model's last next edits were not taken, so it is asked less often",
    "next_marker": "the model's text for the next edit was not code",
    "next_hidden": "the model's next edit holds characters that nobody sees",
    "next_json": "the model did not answer with edits as JSON",
    "next_secret": "the next edit is in a line of which a secret was not sent",
    "whitespace": "the next edit would change white space alone",
    "duplicate": "the next edit would put in lines that stand there already",
    "big_delete": "the next edit would delete much, and put little in its place",
    "revert": "the next edit would take back what you have just changed",
    "imports": "the next edit would change an import, and you have changed none",
    "parse": "the code would not parse with the next edit",
    "rejected": "you passed over this suggestion here before",
    "ignored": "this file is never sent: git ignores it",
    "excluded": "this file is never sent: it matches `{rule}`",
}
"""Reasons why no model is asked, or a known answer is not shown. For a file that is excluded, the rule is the glob."""

EMPTY = {
    "empty": "the model had nothing to add",
    "embedded": "no match in this project that the embedded engine is sure enough of",
    "mid_line": "no match in this project leads up to what follows the cursor; ask at the end of an unfinished line",
    "fault": "a fault of infill-ls itself; its log has the details",
}
"""Reasons why nothing is shown although something was asked."""

SHOWN = {
    "repeat": "what you have changed before, made here again",
    "cache": "suggested by {by} here before",
    "typed": "the rest of the suggestion that is being typed",
    "inflight": "suggested by {by}, requested at an earlier key",
    "speculative": "suggested by {by}, requested in advance",
    "model": "suggested by {by}",
    "local": "suggested from your own code",
}
"""Where a suggestion came from."""

ENDED: dict[OutcomeName, str] = {
    "cancelled": "the editor cancelled the request",
    "superseded": "a newer request took its place",
    "rate_limited": "the service asked to wait",
    "over_budget": "the day's tokens are used up",
    "auth": "there is no key, or the service refused it",
    "not_found": "the service does not know the model or the address",
    "bad_request": "the service did not accept the request",
    "unreachable": "the service could not be reached",
    "timeout": "the service took too long",
    "unsupported": "the model cannot be used in this mode",
}
"""Other ends of a request."""
