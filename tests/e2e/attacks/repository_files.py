"""What a repository can try with files: their names, what they are, what they lead to, and what its lists of patterns say."""

from __future__ import annotations

import asyncio
import os
import shutil
import string
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote_from_bytes

from support.clients.attacks import (
    LONGEST_S,
    Ground,
    Tried,
    asks,
    attacked,
    client,
    configure,
    harm_in,
    home_of,
    outcome_of,
    peak_mb,
    processor_s,
    settled,
    suggest,
    told,
)
from support.model_studio.emulator import Emulator, Reply

SECRET = "canary_7d1e5b90"


@asynccontextmanager
async def _asking(project, *, variables=None, more=None, options=None):
    """A session with a service that notes all it is sent."""
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text="42")
        user = asks(studio.own_url, **(more or {}))
        async with attacked(project, user, client=client(), variables=variables, options=options) as editor:
            yield editor, studio


async def _is_sent(editor, studio, uri, text="", **more) -> bool:
    """Whether a document's text goes to the service."""
    before = len(studio.requests)
    await suggest(editor, uri, text or f"value_{before} = {SECRET!r}\nx = ", **more)
    return any(SECRET in str(call.body) for call in studio.requests[before:])


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Names that hold secrets...

USUAL = _words("""
    .env .env.local .env.production .flaskenv prod.env .netrc _netrc .npmrc .pypirc .pgpass .my.cnf .mylogin.cnf .htpasswd
    .dockercfg .s3cfg .boto .terraformrc .vault-token .authinfo .git-credentials credentials credentials.json
    client_credentials.json kubeconfig prod.kubeconfig service-account.json service_account_prod.json gcloud-service-account.json
    local.settings.json my.publishsettings prod.tfvars prod.auto.tfvars.json terraform.tfstate terraform.tfstate.backup
    secrets.yml .secrets my-secrets.yaml id_rsa id_ed25519 id_ecdsa.pub id_work server.pem tls.key cert.p12 cert.pfx
    putty.ppk store.jks debug.keystore vpn.ovpn key.asc mail.gpg db.kdbx .bash_history .python_history .psql_history
    .ssh/config .ssh/known_hosts .aws/credentials .aws/config .azure/accessTokens.json .gnupg/secring .password-store/a.txt
    .config/containers/auth.json .config/gcloud/x.json .config/gh/hosts.yml .config/github-copilot/hosts.json
    .config/rclone/rclone.conf .config/sops/age/keys.txt .docker/config.json .kube/config .m2/settings.xml .gradle/gradle.properties
""")
SELDOM = _words("""
    wp-config.php .claude/settings.local.json .m2/settings-security.xml local.properties .composer/auth.json auth.json
    .databrickscfg .snowsql/config .kaggle/kaggle.json .huggingface/token .cache/huggingface/token .Renviron .dev.vars
    app-firebase-adminsdk-x1.json sftp-config.json .vscode/sftp.json .ftpconfig .passwd-s3fs service.keytab krb5cc_1000
    .vault_pass .vault_pass.txt vault.yml age.agekey .oci/config .aliyun/config.json .ossutilconfig .fly/config.yml
    .config/glab-cli/config.yml .sentryclirc .clasprc.json ngrok.yml wg0.conf ssh_host_rsa_key ssh_host_ed25519_key deploy_key
    private_key token.json api_key.txt password.txt passwords.txt shadow wallet.dat keystore/UTC--2024-01-01 logins.json
    key4.db cookies.txt .subversion/auth/svn.simple .msmtprc .mbsyncrc fish_history .viminfo
""")
COPIES = (
    *_words("""
    #.env# .#.env #.netrc# #server.pem# server.pem.~1~ .server.pem.swn .server.pem.swp server.pem.2 server.pem.20240101
    .netrc.1 .netrc~ Copy_of_.netrc server.pem.orig terraform.tfvars.old.1 id_rsa.bak id_rsa.old .env.bak .env~ .env.1
    server.pem.tmp server.pem_old server.key.disabled server.pem.rej server.pem.save .pgpass.dpkg-old .npmrc.bak
"""),
    ".netrc (copy)",
    "Copy of .netrc",
    "server.pem copy",
    "server (1).pem",
    "server.pem (1)",
    "server - Copy.pem",
)
OPEN = _words("""
    main.py env.py environment.ts keys.py tokenizer.py secretary.py password_field.tsx authorize.go credential_card.rs
    id_map.py settings.json config.toml environment.yml shadow.css vault.py wallet.go token.rs token.py auth.ts package.json
    api_keys.py logins.py cookies.py private_key.rs local.py history.py hosts.yml Dockerfile README.md
""")
"""What is nobody's secret, and has to be served."""


async def private_names(ground: Ground) -> AsyncIterator[Tried]:
    """A file whose name says that it holds secrets is not sent, in any case, from any folder."""
    names = [*USUAL, *SELDOM, *COPIES]
    cased = [name.upper() for name in ground.random.sample(USUAL, 30)]
    below = [f"deep/er/{name}" for name in ground.random.sample(USUAL, 30)]
    project = ground.project()
    async with _asking(project) as (editor, studio):
        for name in ground.some([*names, *cased, *below], 60):
            uri = (project / name).as_uri()
            yield Tried(f"private: {name}", "sent" if await _is_sent(editor, studio, uri) else "")
        for name in ground.some(OPEN, 8):
            uri = (project / name).as_uri()
            yield Tried(f"nobody's secret: {name}", "" if await _is_sent(editor, studio, uri) else "not served")


def _random(ground, letters, length) -> str:
    return "".join(ground.random.choice(letters) for _ in range(length))


def secrets(ground: Ground) -> dict[str, tuple[str, str]]:
    """Lines of code with a secret of a known form, and the secret. Put together here, so that no file holds one."""
    upper, mixed, hexa = string.ascii_uppercase + string.digits, string.ascii_letters + string.digits, "0123456789abcdef"  # fmt: skip
    forms = {
        "AWS key": "AK" + "IA" + _random(ground, upper, 16),
        "AWS secret": _random(ground, mixed + "/+", 40),
        "GitHub token": "gh" + "p_" + _random(ground, mixed, 36),
        "GitHub fine-grained token": "github" + "_pat_" + _random(ground, mixed, 22) + "_" + _random(ground, mixed, 59),
        "GitLab token": "gl" + "pat-" + _random(ground, mixed, 20),
        "Slack token": "xo" + "xb-" + _random(ground, string.digits, 12) + "-" + _random(ground, mixed, 24),
        "Stripe key": "sk" + "_live_" + _random(ground, mixed, 24),
        "OpenAI key": "sk-" + "proj-" + _random(ground, mixed, 48),
        "DashScope key": "sk-" + _random(ground, hexa, 32),
        "Anthropic key": "sk-" + "ant-api03-" + _random(ground, mixed, 93),
        "Google key": "AI" + "za" + _random(ground, mixed, 35),
        "npm token": "np" + "m_" + _random(ground, mixed, 36),
        "PyPI token": "py" + "pi-AgEIcHlwaS5vcmc" + _random(ground, mixed, 60),
        "Hugging Face token": "h" + "f_" + _random(ground, mixed, 34),
        "SendGrid key": "S" + "G." + _random(ground, mixed, 22) + "." + _random(ground, mixed, 43),
        "JWT": "eyJhbGciOiJIUzI1NiJ9." + _random(ground, mixed, 60) + "." + _random(ground, mixed, 43),
    }
    rows = {name: (f'TOKEN = "{value}"\n', value) for name, value in forms.items()}
    password = _random(ground, mixed, 20)
    body = "\n".join(_random(ground, mixed + "+/", 64) for _ in range(6))
    rows |= {
        "a URL with a password": (f'DB = "postgres://app:{password}@db.internal/app"\n', password),
        "a password": (f'password = "{password}"\n', password),
        "a secret in YAML": (f"client_secret: {password}{password}\n", password),
        "a private key": (
            f"KEY = '''-----BEGIN RSA {'PRIVATE'} KEY-----\n{body}\n-----END RSA {'PRIVATE'} KEY-----'''\n",
            body.split("\n")[2],
        ),
        "an SSH key": (
            f"-----BEGIN OPENSSH {'PRIVATE'} KEY-----\n{body}\n-----END OPENSSH {'PRIVATE'} KEY-----\n",
            body.split("\n")[3],
        ),
        "half a private key": (f"-----BEGIN EC {'PRIVATE'} KEY-----\n{body}\n", body.split("\n")[1]),
    }
    return rows


async def secrets_in_code(ground: Ground) -> AsyncIterator[Tried]:
    """What has the form of a secret does not leave, though the file has an innocent name; code around it does."""
    project = ground.project()
    async with _asking(project) as (editor, studio):
        for number, (name, (line, secret)) in enumerate(ground.some(secrets(ground).items(), 6)):
            before = len(studio.requests)
            text = f"import os\n\n{line}\n\ndef number_{number}(x):\n    return "
            await suggest(editor, (project / f"config_{number}.py").as_uri(), text)
            calls = [str(call.body) for call in studio.requests[before:]]
            if not any(f"number_{number}" in call for call in calls):
                yield Tried(name, "the code around it is not sent")
            else:
                yield Tried(name, "sent" if any(secret in call for call in calls) else "")


# What the repository ignores...


async def ignored_as_git_does(ground: Ground) -> AsyncIterator[Tried]:
    """What git would leave out is not sent: the user's own lists, worktrees, lists of any length and random patterns."""
    project = ground.project()
    home = home_of(project)
    (home / "git").mkdir()
    (home / "git/ignore").write_text("scratch/\n*.global\n")
    (home / "mine").write_text("*.mine\n")
    (project / ".gitignore").write_text("a.py\n")
    (project / ".git/info").mkdir(exist_ok=True)
    (project / ".git/info/exclude").write_text("excluded.py\n")
    names = {
        "the global list, a folder": "scratch/deep.py",
        "the global list, a name": "b.global",
        "the list": "a.py",
        "the repository's own list": "excluded.py",
    }
    # A folder, not a variable: without XDG_CONFIG_HOME git looks there, too.
    # The tests' own settings of git are not the user's.
    own = {"GIT_CONFIG_GLOBAL": str(home / ".gitconfig")}
    for variables in (own, own | {"XDG_CONFIG_HOME": ""}) if ground.long else (own,):
        if variables != own:
            (home / ".config").mkdir()
            shutil.move(home / "git", home / ".config/git")
        async with _asking(project, variables=variables) as (editor, studio):
            for name, file in names.items():
                sent = await _is_sent(editor, studio, (project / file).as_uri())
                yield Tried(f"{name}{', by its default place' if variables != own else ''}", "sent" if sent else "")
            if variables == own:
                yield Tried("what is not ignored", "" if await _is_sent(editor, studio, (project / "main.py").as_uri()) else "not served")  # fmt: skip
    (home / ".gitconfig").write_text(f"[core]\n\texcludesFile = {home / 'mine'}\n")
    async with _asking(project, variables=own) as (editor, studio):
        yield Tried(
            "core.excludesFile", "sent" if await _is_sent(editor, studio, (project / "c.mine").as_uri()) else ""
        )
    project = ground.project()
    (project / ".gitignore").write_text("a.py\n" + ("x" * 79 + "\n") * 14_000 + "late.py\n")
    async with _asking(project) as (editor, studio):
        for name, file in {"a long list": "a.py", "a long list, beyond its first megabyte": "late.py"}.items():
            yield Tried(name, "sent" if await _is_sent(editor, studio, (project / file).as_uri()) else "")
    async for tried in _worktree(ground):
        yield tried
    if shutil.which("git"):
        async for tried in _random_patterns(ground):
            yield tried


async def _worktree(ground) -> AsyncIterator[Tried]:
    project = ground.project()
    main = project.parent / "main"
    (main / ".git/info").mkdir(parents=True)
    (main / ".git/worktrees/w").mkdir(parents=True)
    (main / ".git/info/exclude").write_text("excluded.py\n")
    (main / ".git/worktrees/w/commondir").write_text("../..\n")
    (project / ".git").rmdir()
    (project / ".git").write_text(f"gitdir: {main}/.git/worktrees/w\n")
    async with _asking(project) as (editor, studio):
        sent = await _is_sent(editor, studio, (project / "excluded.py").as_uri())
        yield Tried("the repository's own list, in a worktree", "sent" if sent else "")


PARTS = (
    "a",
    "b",
    "*",
    "?",
    "**",
    "a*",
    "*b",
    "[ab]",
    "[!a]",
    "[a-c]x",
    "ab",
    "\\a",
    "{a,b}",
    "[",
    "[]a]",
    "a ",
    "é",
    "*.py",
)
SUFFIXES = ("", "/", "/*", "/**", " ", "\\ ")


def _git(project: Path, *words: str, paths: str = "") -> str:
    """What git says, without the settings of this machine."""
    variables = {"PATH": os.environ["PATH"], "HOME": str(project), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *words], cwd=project, input=paths.encode(), capture_output=True, check=False, env=variables)  # fmt: skip
    return done.stdout.decode()


async def _random_patterns(ground) -> AsyncIterator[Tried]:
    """Random lists, each in a folder of its own, and random paths below, beside what git says of them."""
    project = ground.project()
    _git(project, "init", "-q", ".")
    choice = ground.random.choice
    rows = []
    for number in ground.several(40, 8):
        lines = []
        for _ in range(ground.random.randint(1, 4)):
            names = "/".join(choice(PARTS) for _ in range(ground.random.randint(1, 3)))
            lines.append(choice(("", "", "", "!")) + choice(("", "", "/")) + names + choice(SUFFIXES))
        folder = project / f"d{number}"
        folder.mkdir()
        (folder / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for _ in range(3):
            path = "/".join(choice(("a", "b", "ab", "ax", "x.py", "é")) for _ in range(ground.random.randint(1, 3)))
            rows.append((lines, f"d{number}/{path}"))
    words = ("-c", "core.quotePath=false", "check-ignore", "--no-index", "--stdin", "-z")
    said = _git(project, *words, paths="\0".join(path for _, path in rows))
    ignored = set(said.split("\0"))
    async with _asking(project) as (editor, studio):
        for lines, path in rows:
            sent = await _is_sent(editor, studio, (project / path).as_uri())
            yield Tried(f"{path} by {lines}", "sent, and git ignores it" if sent and path in ignored else "")


COSTLY = {
    "20 KB of brackets": lambda: "[" * 20_000,
    "1 MB of brackets": lambda: "[" * 1_000_000,
    "brackets and exclamation marks": lambda: "[!" * 20_000,
    "1 MB of globs": lambda: "".join(f"*a{number}*b*\n" for number in range(80_000)),
    "lines of stars": lambda: "\n".join("*a" * 400 for _ in range(1200)),
    "a line of stars": lambda: "*a" * 50_000 + "b",
    "folders of stars": lambda: "**/" * 3000 + "x",
    "slashes": lambda: "a/" * 100_000,
    "question marks": lambda: "?" * 200_000,
    "backslashes": lambda: "\\" * 200_001,
    "classes": lambda: "[a-z]" * 20_000,
    "named classes": lambda: "[[:alpha:]]" * 10_000,
    "negations": lambda: "!a\na\n" * 30_000,
    "no line end": lambda: "x" * 1_000_000,
    "NUL": lambda: "\0" * 500_000,
}


async def lists_take_no_time(ground: Ground) -> AsyncIterator[Tried]:
    """However a ``.gitignore`` is made, an answer comes soon; one that cannot be read in time ignores, not reveals."""
    for name, text in ground.some(COSTLY.items(), 2):
        project = ground.project()
        (project / ".gitignore").write_text(text(), encoding="utf-8")
        (project / "sub").mkdir()
        async with _asking(project) as (editor, studio):
            yield Tried(name, await outcome_of(_soon(editor, studio, (project / "sub/aaaaaaaaaaaaaaaaaaaaaaaa.py").as_uri())))  # fmt: skip


SOON_S = 4.0
"""Of a processor, for three answers and what the server does beside; honest projects take a tenth."""


async def _soon(editor, _studio, uri) -> str:
    before = processor_s(editor)
    for number in range(3):
        await suggest(editor, uri, f"x_{number} = ")
    used = processor_s(editor) - before
    return f"{used:.1f} s of a processor" if used > SOON_S else f"{peak_mb(editor):.0f} MB" if peak_mb(editor) > 700 else ""  # fmt: skip


# What is no file...


def _fifo(path: Path) -> None:
    os.mkfifo(path)


ODD = {
    "/dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "/dev/urandom": lambda path: path.symlink_to("/dev/urandom"),
    "/dev/full": lambda path: path.symlink_to("/dev/full"),
    "/dev/tty": lambda path: path.symlink_to("/dev/tty"),
    "standard input": lambda path: path.symlink_to("/dev/stdin"),
    "a pipe": _fifo,
    "a link to a pipe": lambda path: (_fifo(path.with_name("pipe")), path.symlink_to("pipe")),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a folder": lambda path: path.mkdir(),
    "links in a circle": lambda path: (path.symlink_to("b"), path.with_name("b").symlink_to(path.name)),
    "memory of the process": lambda path: path.symlink_to("/proc/self/mem"),
    "the kernel's log": lambda path: path.symlink_to("/proc/kmsg"),
    "a file without end": lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 40),
    "no text": lambda path: path.write_bytes(bytes(range(256)) * 1000),
    "one line": lambda path: path.write_bytes(b"x" * 200_000),
    "brackets": lambda path: path.write_bytes(b"(" * 200_000),
    "half a character": lambda path: path.write_bytes(b"\xf0\x9f\x98"),
    "UTF-16": lambda path: path.write_bytes("x = 1\n".encode("utf-16") * 1000),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link with a long name": lambda path: path.symlink_to("a" * 4000),
}


async def odd_files(ground: Ground) -> AsyncIterator[Tried]:
    """Opened, closed, saved and looked through: what is no file takes neither memory nor the next completion."""
    if sys.platform == "win32":
        return
    for name, make in ground.some(ODD.items(), 2):
        project = ground.project()
        for number in range(3):
            (project / f"d{number}").mkdir()
            with suppress(OSError):
                make(project / f"d{number}" / "x.py")
        async with attacked(project, client=client(), memory_mb=3000) as editor:
            yield Tried(name, await outcome_of(_odd(editor, project)))
    for name in ground.some((".gitignore", ".git", ".git/info/exclude", ".git/config", ".git/HEAD"), 1):
        for kind in ground.some(("a pipe", "/dev/zero", "a link to itself", "a folder"), 1):
            project = ground.project()
            (project / ".git").rmdir()
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            ODD[kind](project / name)
            async with attacked(project, client=client(), memory_mb=3000) as editor:
                yield Tried(f"{name} is {kind}", await outcome_of(_odd(editor, project)))


async def _odd(editor, project) -> str:
    for number in range(3):
        uri = (project / f"d{number}/x.py").as_uri()
        editor.open(uri, "x = 1\n")
        editor.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        editor.close(uri)
    before = time.monotonic()
    async with asyncio.timeout(12):
        for number in range(3):
            await suggest(editor, (project / f"y{number}.py").as_uri(), "x = ")
            await asyncio.sleep(0.1)  # a thread that reads without end is given time to show it
    await settled(editor)
    if peak_mb(editor) > 500:
        return f"{peak_mb(editor):.0f} MB, {time.monotonic() - before:.0f} s"
    return ""


# Names...


async def names_of_any_bytes(ground: Ground) -> AsyncIterator[Tried]:
    """Links and ignored files in folders whose names are no UTF-8 are no less private."""
    if sys.platform != "linux":
        return
    project = ground.project()
    async with _asking(project) as (editor, studio):
        for name in ground.some((b"caf\xe9", b"\xff\xfe", b"a\x80", b"\xed\xa0\x80", b"ok \xc3", b"plain"), 4):
            folder = project / os.fsdecode(name)
            folder.mkdir()
            for file, text in ((".gitignore", "ignored.py\n"), ("ignored.py", ""), (".env", "")):
                (folder / file).write_text(text)
            (folder / "link.py").symlink_to(".env")
            for file in ("ignored.py", "link.py"):
                uri = "file://" + quote_from_bytes(os.fsencode(folder / file))
                sent = await _is_sent(editor, studio, uri)
                yield Tried(f"{name!r}/{file}", "sent" if sent else "")


async def names_in_messages(ground: Ground) -> AsyncIterator[Tried]:
    """Names of folders and files come into messages without what could drive a terminal or be clicked."""
    names = ["[x](command:y)", "a\x1b]52;c;aWQ=\x07", "a\u202eb", "a\rb", "a\nb", "a\u200bb", "a\x9bb", "long" * 60]
    for name in ground.some(names, 1):
        project = ground.project()
        folder = project / name
        folder.mkdir()
        for number in range(300):
            (folder / f"{name[:100]}{number}.py").write_text(f"def f_{number}(x):\n    return x\n" * 200)
        params = client() | {"workspaceFolders": [{"uri": folder.as_uri(), "name": name}], "rootUri": folder.as_uri()}
        arguments = ("--log-level", "debug")
        async with attacked(project, client=params, options={"status": True}, arguments=arguments) as editor:
            await suggest(editor, (folder / f"{name[:100]}.py").as_uri(), "x = ")
            await asyncio.sleep(1.5 if ground.long else 0.1)  # progress is shown after a second
            await settled(editor)
            said = harm_in(told(editor)) or harm_in([editor.printed.decode(errors="replace")], lines=True)
        yield Tried(f"{name[:20]!r}", said)


# Images...

PNG = b"\x89PNG\r\n\x1a\n"


async def images_are_images(ground: Ground) -> AsyncIterator[Tried]:
    """Only a real image of the workspace is sent for its alt text: no other file by that name, and nothing behind it."""
    project = ground.project()
    outside = project.parent / "outside.png"
    outside.write_bytes(PNG + SECRET.encode())
    (project / "config_prod.yml").write_text(SECRET)
    (project / ".env").write_bytes(PNG + SECRET.encode())
    (project / "text.png").write_text(SECRET)
    (project / "svg.png").write_text(f"<svg>{SECRET}</svg>")
    (project / "half.png").write_bytes(PNG[:4] + SECRET.encode())
    (project / "good.png").write_bytes(PNG + SECRET.encode())
    links = {"config.png": "config_prod.yml", "env.png": ".env", "out.png": "../outside.png", "zero.png": "/dev/zero"}
    for name, target in links.items():
        (project / name).symlink_to(target)
    if sys.platform != "win32":
        os.mkfifo(project / "pipe.png")
    names = [*links, "text.png", "svg.png", "half.png", "pipe.png", "../outside.png", "/../outside.png", "%2e%2e/outside.png", str(outside), outside.as_uri(), "http://127.0.0.1:9/x.png", "//127.0.0.1/x.png", "config_prod.yml", "config_prod.yml#.png", "config_prod.yml%00.png", ".env?x=.png"]  # fmt: skip
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text="A cat")
        user = asks(studio.base_url, provider__kind="model-studio", provider__model="qwen3-vl-plus", provider__mode="partial")  # fmt: skip
        async with attacked(project, user, client=client(), variables={"DASHSCOPE_API_KEY": "sk-x"}) as editor:
            for name in [*ground.some(names, 6), "good.png"]:
                before = len(studio.requests)
                uri = (project / f"a{before}.md").as_uri()
                editor.open(uri, f"# Cats {before}\n\n![A ]({name})\n", "markdown")
                failed = await outcome_of(_image(editor, studio, uri, before))
                if name == "good.png":
                    failed = "" if failed else "a real image is not sent"
                yield Tried(name, failed)


async def _image(editor, studio, uri, before) -> str:
    async with asyncio.timeout(15):
        await editor.inline_completion(uri, 2, 4, 1)
    return "sent" if any("data:image" in str(call.body) for call in studio.requests[before:]) else ""


# What was taken away...

TAUGHT = f"def reveal(one, two, three):\n    return open_sesame(one, two, '{SECRET}')\n\n\n" * 3


async def what_is_gone_is_forgotten(ground: Ground) -> AsyncIterator[Tried]:
    """The embedded engine does not say what stood in a folder that was removed, a file deleted, or now ignored."""
    ways = ("folder removed", "file deleted", "files deleted by the editor", "ignored", "excluded by a setting")
    for way in ground.some(ways, 1):
        project = ground.project()
        other = project.parent / "other"
        (other / ".git").mkdir(parents=True)
        (other / "gone.py").write_text(TAUGHT)
        folders = [{"uri": each.as_uri(), "name": each.name} for each in (project, other)]
        params = client() | {"workspaceFolders": folders}
        async with attacked(project, client=params) as editor:
            yield Tried(way, await outcome_of(_forgotten(editor, project, other, way)))


async def _forgotten(editor, project, other, way) -> str:
    uri = (project / "a.py").as_uri()
    async with asyncio.timeout(LONGEST_S):
        while not await _says(editor, uri):  # noqa: ASYNC110  # the server tells nobody what it has read
            await asyncio.sleep(0.05)
    gone = (other / "gone.py").as_uri()
    if way == "folder removed":
        removed = [{"uri": other.as_uri(), "name": "other"}]
        editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": removed}})
    elif way == "ignored":
        (other / ".gitignore").write_text("gone.py\n")
        editor.notify("textDocument/didSave", {"textDocument": {"uri": (other / ".gitignore").as_uri()}})
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (other / ".gitignore").as_uri(), "type": 1}]})  # fmt: skip
    elif way == "excluded by a setting":
        configure(editor, {"privacy.exclude": ["gone.py"]})
    else:
        (other / "gone.py").unlink()
        if way == "file deleted":
            editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": gone, "type": 3}]})
        else:
            editor.notify("workspace/didDeleteFiles", {"files": [{"uri": gone}]})
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            while await _says(editor, uri):  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.1)
            return ""
    return "still suggested"


async def _says(editor, uri) -> bool:
    """Whether it is suggested in a new document, which is closed again, for what stands in it is an opinion, too."""
    turn = len(editor.messages)
    place = uri.replace("a.py", f"a{turn}.py")
    text = "".join(f"value_{turn}_{number} = {number}\n" for number in range(10)) + TAUGHT.partition(" two, '")[0]
    items = await suggest(editor, place, text)
    editor.close(place)
    return any(SECRET in item["insertText"] for item in items)


# What a document says...

TOKENS = _words("""
    <|fim_prefix|> <|fim_suffix|> <|fim_middle|> <|fim_pad|> <|repo_name|> <|file_sep|> <|im_start|> <|im_end|> <|endoftext|>
    <think> </think> <tool_call> </tool_call> <tool_response> <|vision_start|> <|vision_end|> <|object_ref_start|> <|box_start|>
    <|quad_start|> <|image_pad|> <|video_pad|> <|vision_pad|> <|audio_start|>
""")


MODELS = {"fim": "qwen2.5-coder-7b-instruct", "partial": "qwen3-coder-flash", "chat": "qwen3-coder-flash"}


async def control_tokens(ground: Ground) -> AsyncIterator[Tried]:
    """A document's text and its language reach a model as text, not as its control tokens."""
    for mode, model in ground.some(MODELS.items(), 1):
        project = ground.project()
        async with _asking(project, more={"provider__mode": mode, "provider__model": model}) as (editor, studio):
            for token in ground.some(TOKENS, 4):
                for place in ("text", "language", "name"):
                    before = len(studio.requests)
                    name = f"a{before}{token.replace('/', '')}.py" if place == "name" else f"a{before}.py"
                    text = f"number = {before}\nx = '{token if place == 'text' else ''}y'\nz = "
                    language = f"python\n{token}" if place == "language" else "python"
                    await suggest(editor, (project / name).as_uri(), text, language=language)
                    calls = studio.requests[before:]
                    said = [{key: value for key, value in call.body.items() if key != "stop"} for call in calls]
                    whole = max((str(each).count(token) for each in said), default=0)
                    usual = 1 if mode == "fim" and token in TOKENS[:3] else 0
                    yield Tried(f"{mode}: {token} as {place}", "sent as it stands" if whole > usual else "")


CASES = (
    private_names,
    secrets_in_code,
    ignored_as_git_does,
    lists_take_no_time,
    odd_files,
    names_of_any_bytes,
    names_in_messages,
    images_are_images,
    what_is_gone_is_forgotten,
    control_tokens,
)
