"""What has the form of a secret is found and blanked, wherever the cursor stands; code that only talks of it is not."""

from __future__ import annotations

import random
import re
import string
import sysconfig
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.privacy.gitleaks_rules import ROWS
from infill_ls.privacy.secrets import blanked, find_secrets
from infill_ls.records import REDACTED as BLANK

MIXED = string.ascii_letters + string.digits
UPPER, LOWER, HEXADECIMAL = (
    string.ascii_uppercase + string.digits,
    string.ascii_lowercase + string.digits,
    "0123456789abcdef",
)


def made(alphabet, length, seed=7):
    """A random string, the same each time; put together here, so that no file holds what looks like a secret."""
    chosen = random.Random(seed)
    return "".join(chosen.choice(alphabet) for _ in range(length - 1)) + "7"


FORMS = {
    "AWS": "AK" + "IA" + made(UPPER, 16),
    "Alibaba Cloud": "LT" + "AI5t" + made(MIXED, 20),
    "GitHub": "gh" + "p_" + made(MIXED, 36),
    "GitHub, fine-grained": "github" + "_pat_" + made(MIXED, 22) + "_" + made(MIXED, 59),
    "GitLab": "gl" + "pat-" + made(MIXED, 20),
    "Slack": "xo" + "xb-" + made(string.digits, 12) + "-" + made(MIXED, 24),
    "Stripe": "sk" + "_live_" + made(MIXED, 24),
    "OpenAI": "sk-" + "proj-" + made(MIXED, 48),
    "DashScope": "sk-" + made(HEXADECIMAL, 32),
    "Anthropic": "sk-" + "ant-api03-" + made(MIXED, 93),
    "Google": "AI" + "za" + made(MIXED, 35),
    "npm": "np" + "m_" + made(MIXED, 36),
    "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + made(MIXED, 60),
    "Hugging Face": "h" + "f_" + made(MIXED, 34),
    "SendGrid": "S" + "G." + made(MIXED, 22) + "." + made(MIXED, 43),
    "Databricks": "da" + "pi" + made(HEXADECIMAL, 32),
    "age": "AGE-SECRET-" + "KEY-1" + made(UPPER, 58),
    "a signed token": "ey" + "JhbGciOiJIUzI1NiJ9." + made(MIXED, 60) + "." + made(MIXED, 43),
}  # fmt: skip

FROM_RULES = {
    "Adafruit": 'ADAFRUIT_IO = "‸"', "Postman": 'x("PMAK-‸")', "Linear": "lin_api_‸", "EasyPost": "'EZAK‸'",
    "Notion": "ntn_‸", "PlanetScale": '"pscale_tkn_‸"', "Telegram": 'telegram_bot = "‸"', "Doppler": '"dp.pt.‸"', "Contentful": "contentful: '‸'",
}  # fmt: skip
"""Lines with forms that a service's own rule tells, and no name of a key does."""
OF_RULES = {
    "Adafruit": made(LOWER, 32),
    "Postman": made(HEXADECIMAL, 24) + "-" + made(HEXADECIMAL, 34),
    "EasyPost": made(MIXED, 54),
    "Notion": made(string.digits, 11) + made(MIXED, 35),
    "Telegram": made(string.digits, 9) + ":A" + made(MIXED, 34),
    "Doppler": made(MIXED, 43),
    "Contentful": made(LOWER, 43),
}


@pytest.mark.parametrize("name", FROM_RULES)
def test_keys_are_found_by_the_rules_of_their_service(name):
    check_found(FROM_RULES[name], OF_RULES.get(name, made(MIXED, 40)))


def test_each_rule_is_one_that_this_python_understands():
    """They were written for another language's expressions."""
    for name, keywords, least, pattern in ROWS:
        assert re.compile(pattern), name
        assert keywords == keywords.lower(), name
        assert 0 <= least < 8, name


def test_a_line_of_all_keywords_is_read_as_fast_as_another():
    """In files of others there may be lines that were made to keep us busy."""
    line = " ".join(f"{word} = '{made(MIXED, 32)}'" for _, keywords, _, _ in ROWS for word in keywords.split()) * 20
    assert len(find_secrets(line)) < 20_000


# Where such a key stands; the key is at the mark.
PLACES = [
    'x = "‸"', "x: ‸", "curl -H 'X: ‸' http://a/b", "# ‸", "  foo(‸, 1)", "PRE‸"[3:], "[‸]", "a=‸&b=1", "<a b='‸'/>", "Bearer ‸"
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", FORMS.values(), ids=FORMS)
def test_keys_of_known_services_are_found_anywhere(secret, place):
    check_found(place, secret)


def check_found(place, secret):
    line = place.replace("‸", secret)
    text = f"import os\n{line}\nmore = 1\n"
    shown, _ = blanked(text)
    assert secret[4:-4] not in shown, shown
    assert shown.startswith("import os\n")
    assert shown.endswith("\nmore = 1\n")
    assert BLANK in shown


GIVEN = [
    'api_key = "‸"', "API_KEY=‸", "  apiKey: '‸',", '"client_secret": "‸"', "client_secret: ‸", "const token: string = `‸`;",
    'password = "‸"', "DB_PASSWORD=‸", 'setApiKey("‸")', 'os.environ["SECRET_KEY"] = "‸"', "secret_key => '‸'", "$passwd = '‸';",
    'key := "‸"', "Authorization: Bearer ‸", "Authorization: Basic ‸", "--api-key ‸", "--token=‸", 'auth = ("‸")',
    "export GITHUB_TOKEN='‸'", '<add key="AccountKey" value="‸"/>', "aws_secret_access_key = ‸", 'headers["X-Auth-Token"] = "‸"',
    "connection = 'Server=a;Password=‸;'", 'pwd: "‸"', "signing-key: ‸", '("api_key", "‸")',
]  # fmt: skip
VALUES = {
    "mixed": made(MIXED, 20),
    "long": made(MIXED, 40),
    "as AWS has it": made(MIXED + "/+", 40),
    "hexadecimal": made(HEXADECIMAL, 32),
    "lower case": made(LOWER, 32),
    "upper case": made(UPPER, 32),
    "with padding": made(MIXED, 42) + "==",
    "with marks": made(MIXED + "!$%^*_-", 24),
}


@pytest.mark.parametrize("place", GIVEN)
@pytest.mark.parametrize("secret", VALUES.values(), ids=VALUES)
def test_random_strings_are_found_where_they_are_given_to_such_a_name(secret, place):
    check_found(place, secret)


def test_nearly_all_random_strings_are_found():
    """Chance also makes strings that look like words."""
    found = [len(find_secrets(f'api_key = "{made(MIXED, 24, seed)}"')) for seed in range(1000)]
    assert sum(found) > 970


ADDRESSES = [
    "postgres://app:‸@db.internal/app", "https://me:‸@github.com/a/b.git", "redis://:‸@localhost:6379/0", "amqps://u:‸@h",
    "mongodb+srv://root:‸@cluster0.a.net/?w=1", "see ftp://x:‸@h, and http://a/b",
]  # fmt: skip


@pytest.mark.parametrize("place", ADDRESSES)
@pytest.mark.parametrize("secret", ["hunter22", "correct-horse", made(MIXED, 12), "a%40b!c"])
def test_passwords_in_addresses_are_found(secret, place):
    line = place.replace("‸", secret)
    assert [line[start:end] for start, end in find_secrets(line)] == [secret]


BODY = [made(MIXED + "+/", 64, seed) for seed in range(6)] + [made(MIXED, 22) + "=="]


def block(kind="RSA ", end=True, body=BODY):
    first, last = (f"-----{word} {kind}PRIVATE" + " KEY-----" for word in ("BEGIN", "END"))
    return [first, *body, *([last] if end else [])]


BLOCKS = {
    "RSA": "\n".join(block()),
    "OpenSSH": "\n".join(block("OPENSSH ")),
    "PKCS8": "\n".join(block("")),
    "with headers": "\n".join(block(body=["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0A1B", "", *BODY])),
    "without an end": "\n".join(block("EC ", end=False)),
    "without a beginning": "\n".join(block("EC ")[1:]),
    "in a string of several lines": 'KEY = """\n' + "\n".join(block()) + '\n"""',
    "in strings, line by line": "\n".join(f'    "{line}\\n" +' for line in block()),
    "in one string": '{"private_key": "' + "\\n".join(block()) + '\\n", "x": 1}',
    "indented": "\n".join(f"      {line}" for line in block()),
    "in a comment": "\n".join(f"# {line}" for line in block()),
    "with carriage returns": "\r\n".join(block()),
}


@pytest.mark.parametrize("text", BLOCKS.values(), ids=BLOCKS)
def test_keys_are_found_line_by_line(text):
    """Nothing of a body stays, every line end does, and what stands around it."""
    shown, _ = blanked(
        f"import os\nclass SomeVeryLongClassNameForTests:\n{text}\ndef a_function_of_some_length(x): pass\n"
    )

    assert [line for line in BODY if line[:12] in shown] == []
    assert shown.count("\n") == text.count("\n") + 4
    assert "class SomeVeryLongClassNameForTests:" in shown
    assert "def a_function_of_some_length(x): pass" in shown


@pytest.mark.parametrize("text", [*BLOCKS.values(), *(f'k = "{secret}"\n' for secret in FORMS.values())])
def test_the_cursor_may_stand_in_a_secret(text):
    """Then neither of its halves is sent."""
    whole = f"a = 1\n{text}\nb = 2\n"
    clean = "".join(blanked(whole))
    for cursor in range(0, len(whole), 7):
        before, behind = blanked(whole[:cursor], whole[cursor:])
        assert before + behind == clean
        assert before.count("\n") == whole[:cursor].count("\n")


INNOCENT = [
    "token = get_token_from_somewhere_v2()", 'api_key = os.environ["MY_SERVICE_API_KEY_2"]', 'password = "correct horse"',
    'API_KEY = "your-api-key-goes-here-123"', 'api_key = "<YOUR_API_KEY_12345>"', "token: ${{ secrets.GITHUB_TOKEN_2 }}",
    'key = "user_profile_image_url_https_2"', "import { createHmacKeyFromSha256Digest } from 'x'", "primary_key = models.AutoField",
    'SECRET_KEY = "django-insecure-example-key-123456"', "password = 'xxxxxxxxxxxxxxxxxxxx1'", "from keyring.backends import SecretService2",
    'const keyCodes = ["ArrowLeft1", "ArrowRight2"]', 'monkey = "7f3a9c2e1b4d8f6a0c5e"', "postgres://user:password@localhost/db",
    "https://user:${TOKEN}@host/", "http://localhost:8080/a@b", "https://a.b/c:d@e", "postgres://postgres:postgres@db/x",
    'class="sk-spinner sk-fading-circle-of-dots"', "risk-assessment-of-the-project-and-its-parts-2", 'sha = "9f86d081884c7d659a2feaa0c55ad015"',
    "task-sk-learn-classifier-with-many-features", "def private_key_to_asn1(key): return Ed25519PrivateKey", "AKIA", "ghp_short", "eyJ.a.b",
    "-----BEGIN CERTIFICATE-----", "# -----BEGIN RSA PRIVATE " + "KEY----- starts a key", 'assert tokens == ["<|fim_prefix|>", "a1"]',
    "const Authorization = useAuthorizationHeaderFor2", 'tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-Coder-7B-Instruct")',
]  # fmt: skip


@pytest.mark.parametrize("line", INNOCENT)
def test_code_that_talks_of_secrets_stays(line):
    text = f"{line}\n{line}\nx = some_function_with_a_long_name_1(y)\n"
    assert blanked(text) == (text, "")


def test_real_code_stays():
    """In the standard library, tests included, no line in 100,000 is blanked that is none."""
    lines = blank = 0
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")
        lines += text.count("\n")
        blank += len(find_secrets(text))
    assert lines > 50_000
    assert blank <= lines / 50_000


@given(st.text(st.sampled_from("ab1\n :=\"'/@-_.KEYkeysk"), max_size=200), st.text(max_size=50))
def test_what_is_left_is_what_was_there(before, behind):
    """No line comes or goes, no secret stays, and what is blank once is so for good."""
    shown = blanked(before, behind)

    assert [each.count("\n") for each in shown] == [before.count("\n"), behind.count("\n")]
    assert blanked(*shown) == shown
    if not find_secrets(before + behind):
        assert shown == (before, behind)


LONG = {
    "prefixes": "sk-" * 40_000,
    "tokens": "eyJ-" * 30_000,
    "addresses": "a://b:" * 20_000,
    "names": "key=" * 30_000,
    "keys": ("-----BEGIN RSA PRIVATE " + "KEY-----\n") * 5000,
    "ends": ("AAAABBBBCCCCDDDD1\n" * 300 + "-----END RSA PRIVATE " + "KEY-----\n") * 20,
    "a key's plus signs": "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "+" * 60_000 + "_\n",
    "a key's marks": "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "/a+(=\\n" * 10_000 + "_\n",
    "one word": "a1B" * 50_000,
    "one value": 'api_key = "' + "a1B-" * 30_000,
    "marks": "=" * 120_000,
    "begins": "-----BEGIN " * 11_000,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_text_takes_long(text):
    find_secrets(text)


def test_what_is_typed_behind_a_secret_leaves_the_prompts_beginning_alone():
    """So that a service can go on from what it has read."""
    text = f'import os\nAPI_KEY = "{FORMS["OpenAI"]}"\n\n\ndef ask(question):\n    return post(API_KEY, question)\n'
    at = text.index("def")
    shown = [blanked(text[:stop])[0] for stop in range(at, len(text))]
    assert all(later.startswith(earlier) for earlier, later in pairwise(shown))
