"""Secret files are recognised by name, whatever the case, the slashes and the editor's language id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.privacy.exclude import FILES, PATHS, TOO_LONG, excluded_by


def words(table):
    """Names stand side by side, several to a line, so that a reader sees them at a glance."""
    return table.split()


EXCLUDED = words("""
/p/.env  .env  /p/.env.local  /p/.env.example  /p/.envrc  /p/test.env  /p/prod.env.local  /p/.flaskenv
/p/.envs/.production/.postgres  /p/.env.d/database
/p/server.pem  /p/server.key  /p/a.p12  /p/a.pfx  /p/a.jks  /p/release.keystore  /p/AuthKey_1.p8  /p/a.ppk
/h/id_rsa  /h/id_rsa.pub  /h/id_rsa.old  /h/id_dsa  /h/id_ecdsa_sk  /h/id_ed25519  /h/id_ed25519_work.bak
/h/id_github  /h/id_github.pub  /h/id_github.bak
/h/.netrc  /h/_netrc  /h/.npmrc  /p/.npmrc  /h/.pypirc  /h/.pgpass  /h/.git-credentials  /w/.htpasswd  /h/.my.cnf
/p/prod.tfvars  /p/prod.auto.tfvars  /p/prod.tfvars.json  /p/terraform.tfstate  /p/terraform.tfstate.backup
/p/credentials  /p/credentials.py  /p/credentials.yml.enc  /p/credentials-prod.json  /p/my_credentials.json
/h/.smbcredentials  /h/application_default_credentials.json
/p/secrets.yaml  /p/secrets.py  /p/.secrets.toml  /p/my-secret.yml  /p/client_secret_1.json  /p/k8s/db-secret-prod.yaml
/p/app.secret.properties  /p/.streamlit/secrets.toml
/h/.aws/config  /h/.aws/sso/cache/a.json  /h/.ssh/config  /h/.ssh/work  /h/.gnupg/a.conf  /h/.docker/config.json
/h/.kube/config  /h/kubeconfig  /h/prod.kubeconfig  /h/.config/gcloud/a/b.db  /h/.config/gh/hosts.yml
/h/a.kdbx  /h/a.ovpn  /h/a.asc  /h/a.gpg  /h/.vault-token  /p/service-account.json  /p/service_account-prod.json
/h/.authinfo  /h/.authinfo.gpg  /h/.bash_history  /h/.python_history  /p/local.settings.json
/p/server.pem.bak  /h/.netrc~  /p/server.key.orig  /h/.pgpass.swp
/p/wp-config.php  /p/.claude/settings.local.json  /h/.m2/settings-security.xml  /p/local.properties  /h/.composer/auth.json
/p/auth.json  /h/.databrickscfg  /h/.snowsql/config  /h/.kaggle/kaggle.json  /h/.huggingface/token  /h/.cache/huggingface/token
/h/.Renviron  /p/.dev.vars  /p/app-firebase-adminsdk-x1.json  /p/gcloud-service-account.json  /p/sftp-config.json
/p/.vscode/sftp.json  /h/.ftpconfig  /h/.passwd-s3fs  /e/service.keytab  /t/krb5cc_1000  /p/.vault_pass.txt  /p/vault.yml
/p/age.agekey  /h/.oci/config  /h/.aliyun/config.json  /h/.ossutilconfig  /h/.fly/config.yml  /h/.config/glab-cli/config.yml
/h/.sentryclirc  /h/.clasprc.json  /h/ngrok.yml  /e/wg0.conf  /e/ssh_host_ed25519_key  /h/deploy_key  /h/private_key
/p/token.json  /p/api_key.txt  /p/api-keys.txt  /p/passwords.txt  /e/shadow  /h/wallet.dat  /h/keystore/UTC--2024-01-01T1--a
/h/logins.json  /h/key4.db  /h/cookies.txt  /h/.subversion/auth/svn.simple/a  /h/.msmtprc  /h/.mbsyncrc  /h/fish_history
/h/.viminfo
/p/.ENV  /P/SERVER.PEM  /h/ID_RSA  /p/Credentials.JSON  /h/.SSH/config  /p/Secrets.YAML
C:\\Users\\x\\.env  C:\\Users\\x\\.ssh\\config  C:\\Users\\x\\_NETRC  \\\\host\\share\\a.pem  C:/Users/x\\.docker/config.json  C:.env
untitled:.env  untitled:/p/server.key  file:///p/.env  .ssh/config
""")

ALLOWED = words("""
/p/environment.py  /p/environ.ts  /p/env.py  /p/dotenv.py  /p/src/env.d.ts  /p/vite-env.d.ts  /p/environments/prod.ts
/p/envelope.go  /p/a.environment  /p/venv/lib/a.py
/p/id_map.py  /p/id_generator/core.py  /p/id_card.tsx  /p/grid_rsa  /p/ids.py  /p/valid_key.py  /p/idx
/p/keys.py  /p/key.rs  /p/keyboard.ts  /p/monkey.py  /p/pem.go  /p/a.keys.ts  /p/pemfile  /p/keystore.go
/p/netrc.py  /p/npmrc.ts  /p/credential.py  /p/src/credentials/provider.py  /p/user_credentials.py  /p/get-credentials.ts
/p/secret.py  /p/secret_manager.go  /p/secretsmanager/client.py  /p/secretary.md  /p/src/secrets/store.rs
/p/tfvars.go  /p/tfstate/reader.go  /p/main.tf  /p/variables.tf
/p/aws/config.py  /p/ssh/client.go  /p/docker/config.json  /p/kube/config  /p/config.json  /p/config  /p/service.json
/p/service/account.json  /p/history.py  /p/bash_history.md  /p/.python-version  /p/.gitignore  /p/.bashrc
/p/token.py  /p/tokens.json  /p/auth.json.ts  /p/auth.ts  /p/api_keys.py  /p/private_key.rs  /p/deploy_key.go  /p/vault.py
/p/shadow.css  /p/wallet.go  /p/cookies.py  /p/logins.py  /p/local.py  /p/wp-config-sample.ts  /p/password.tsx
/p/locales/en/auth.json  /p/src/i18n/auth.json  /p/translations/token.json  /p/service_account.py  /p/wg.conf  /p/wgpu.conf
/p/main.py.bak  /p/2024-01-01.md  /p/copy.py  /p/#main.py#  /p/old.1  /p/1.2.3  /p/~
/p/a.py  C:\\Users\\x\\main.py  untitled:Untitled-1  Untitled-1  /  .
""")


def by_copying(name):
    """Names of a copy, of one that stands beside the file, by what editors, systems and people call it."""
    stem, _, extension = name.rpartition(".")
    inside = [] if not stem else [f"{stem} (1).{extension}", f"{stem} - Copy.{extension}", f"{stem} copy 2.{extension}"]
    inside += [] if not stem else [f"{stem}-backup.{extension}", f"{stem}_old.{extension}", f"{stem}.bak.{extension}"]
    before = [f"Copy of {name}", f"Copy_of_{name}", f"copy-of-{name}", f"Backup of {name}", f"#{name}#", f".#{name}"]
    before += [f"._{name}", f"~${name}", f".{name}.swp", f".{name}.swn", f".{name}.swa"]
    signs = (
        "~ .~1~ .~12~ .1 .2 .20240101 .2024-01-01 -2024-01-01 _20240101_1200 .bak .bak2 .backup .old .old.1 .orig .save"
    )
    signs += (
        " .tmp .temp .rej .disabled .new .prev .dist .dpkg-old .dpkg-dist .ucf-old .rpmsave .rpmnew .pacnew .copy _old"
    )
    signs += " -old _bak -backup .BAK .Old"
    behind = [*signs.split(), " copy", " copy 2", " (copy)", " (1)", " - Copy", " - Copy (2)", " (Copy)", " (copy 2)"]
    return [*inside, *before, *(name + sign for sign in behind)]


SOME = words("""
.netrc  server.pem  terraform.tfvars  .pgpass  wp-config.php  auth.json  private_key  wallet.dat  .viminfo  prod.env
secrets.yaml  id_rsa  local.properties  token.json
""")


@pytest.mark.parametrize("name", SOME)
def test_what_a_copy_is_called_does_not_matter(name):
    """Nor what a copy of the copy is, nor where it lies, nor its case."""
    copies = by_copying(name)
    assert [copy for copy in copies if excluded_by(f"/p/{copy}") is None] == []
    assert [copy for copy in copies if excluded_by(copy.upper()) is None] == []
    twice = [again for copy in copies[::3] for again in by_copying(copy)[::4]]
    assert [copy for copy in twice if excluded_by(f"C:\\p\\{copy}") is None] == []


@given(st.sampled_from(SOME), st.lists(st.integers(0, 60), min_size=1, max_size=3))
def test_copies_of_copies_are_copies(name, turns):
    for turn in turns:
        copies = by_copying(name)
        name = copies[turn % len(copies)]  # a copy is what is copied next
    assert excluded_by(f"/p/{name}") is not None


@pytest.mark.parametrize(
    "name", words("main.py  token.py  README.md  index.test.ts  Dockerfile  auth.json.ts  .gitignore")
)
def test_a_copy_of_source_code_is_source_code(name):
    copies = by_copying(name)
    assert [copy for copy in copies if excluded_by(f"/p/{copy}") is not None] == []


def check(path, globs, glob):
    assert excluded_by(path, globs) == glob


@pytest.mark.parametrize("path", EXCLUDED)
def test_secret_files_are_excluded(path):
    """What stands on the built-in list, and what is like it, is never read or sent."""
    assert excluded_by(path) in {*FILES, *PATHS, "id_*"}


@pytest.mark.parametrize("turned", [str.upper, str.title, str.swapcase])
def test_no_capitals_make_a_secret_file_another_one(turned):
    """A disk that ignores capitals has it by all of these names."""
    for path in EXCLUDED:
        assert excluded_by(turned(path)), turned(path)


@pytest.mark.parametrize("path", ALLOWED)
def test_source_code_is_not_excluded(path):
    """Names that only resemble those of secret files are somebody's source code."""
    check(path, (), None)


def test_no_name_is_not_excluded():
    """The empty path names no file."""
    check("", (), None)


@pytest.mark.parametrize(
    ("path", "glob"),
    [
        pytest.param("/p/.env.local", ".env*", id="name"),
        pytest.param("/h/id_work", "id_*", id="SSH key by another name"),
        pytest.param("/h/id_rsa.old", "id_{rsa,dsa,ecdsa,ed25519}*", id="braces"),
        pytest.param("/h/.docker/config.json", ".docker/config.json", id="path"),
        pytest.param("/h/.ssh", ".ssh", id="the folder itself"),
    ],
)
def test_the_glob_is_named(path, glob):
    """A user who asks why is shown the glob as it stands in the list."""
    check(path, (), glob)


@pytest.mark.parametrize(
    ("glob", "matching", "other"),
    [
        pytest.param("*.sql", "/p/a.sql /p/x.sql/a.py", "/p/a.sqlx /p/a.sql.py", id="star"),
        pytest.param("private", "/p/private /p/private/a.py PRIVATE", "/p/privately/a.py /p/a.private", id="name"),
        pytest.param("private/", "/p/private/a/b.py", "/p/privat/a", id="slash at the end"),
        pytest.param("a?c.py", "/p/abc.py", "/p/ac.py /p/a/c.py", id="question mark"),
        pytest.param("a[0-9].py", "/p/a7.py", "/p/ax.py /p/a77.py", id="range"),
        pytest.param("a[!0-9].py", "/p/ax.py", "/p/a7.py /p/a/.py", id="negated range"),
        pytest.param("a[]x].py", "/p/a].py /p/ax.py", "/p/a.py", id="closing bracket in brackets"),
        pytest.param(
            "conf/prod.yml", "/p/conf/prod.yml conf/prod.yml", "/p/prod.yml /p/xconf/prod.yml", id="two parts"
        ),
        pytest.param("conf/*", "/p/conf/a.py /p/conf/x/a.py", "/p/conf", id="all in a folder"),
        pytest.param("conf/**", "/p/conf/a.py /p/conf/x/a.py", "/p/xconf/a.py", id="all below a folder"),
        pytest.param("**/gen/*.py", "/p/gen/a.py gen/a.py", "/p/gen/a.js /p/gen/x/a.py", id="any folder before"),
        pytest.param(
            "a/**/z.py", "/p/a/z.py /p/a/b/z.py /p/a/b/c/z.py", "/p/z.py /p/a/b/xz.py", id="any folders between"
        ),
        pytest.param("a/**/b*d/**/z", "/p/a/bd/z /a/bxd/z /a/x/bd/bcd/y/z/w", "/p/a/z /p/a/b/d/z", id="twice"),
        pytest.param("*.{sql,db}", "/p/a.sql /p/a.db", "/p/a.sqldb /p/a.{sql,db}", id="braces"),
        pytest.param("{x/,}a{1,2}", "/p/a1 /p/x/a2", "/p/a /p/x/a3", id="braces twice"),
        pytest.param("/home/me/notes", "/home/me/notes/a.md", "/home/me/note", id="absolute"),
        pytest.param("~/notes", "/home/me/notes/a.md", "/home/me/note", id="home"),
        pytest.param("./notes.md", "/p/notes.md", "/p/notes/a.md", id="here"),
        pytest.param("C:\\work\\*.md", "C:\\work\\a.md c:/work/a.md", "D:\\work\\a.md", id="Windows"),
        pytest.param("*a*b*c", "/p/xaxbxc /p/abc", "/p/acb /p/ab", id="several stars"),
        pytest.param("(a|b)+.py", "/p/(a|b)+.py", "/p/a.py /p/ab.py", id="no regular expression"),
        pytest.param("a[b.py", "/p/a[b.py", "/p/ab.py", id="open bracket"),
        pytest.param("[z-a].py", "/p/z.py", "/p/m.py", id="range upside down"),
        pytest.param("[[a-b]x.py", "/p/[x.py /p/ax.py", "/p/cx.py", id="bracket in brackets"),
        pytest.param("**", "/p/a.py a", "", id="everything"),
        pytest.param("", "", "/p/a.py a", id="nothing"),
        pytest.param("/", "", "/p/a.py a", id="only a slash"),
    ],
)
def test_globs_of_the_user(glob, matching, other):
    """The user's globs mean what ``.gitignore`` files and editors have made them mean."""
    for path in matching.split():
        check(path, (glob,), glob)
    for path in other.split():
        check(path, (glob,), None)


def test_each_glob_counts():
    """Globs add to the built-in list and to each other; one that names nothing shifts no other's name."""
    globs = ("/", "*.sql", "", "a/b")
    check("/p/x.sql", globs, "*.sql")
    check("/p/a/b/c", globs, "a/b")
    check("/p/x.pem", globs, next(glob for glob in FILES if "pem" in glob))


@given(
    st.lists(st.text(st.sampled_from("ab*?[]!^{},-/\\.~:&|()\n😀\ud83d"), max_size=12), max_size=3).map(tuple),
    st.text(st.sampled_from("ab*[]/\\.:\n😀\ud83d"), max_size=20),
)
def test_no_glob_fails(globs, path):
    """Whatever a settings file holds, the answer is one of its globs, a built-in one, or None."""
    assert excluded_by(path, globs) in {None, *globs, *FILES, *PATHS, "id_*"}


def test_no_glob_hangs():
    """A repository cannot stop the server with a glob that tries every way to match: that would outlast any test."""
    globs = ("*a" * 30 + "b", "**/a/" * 30 + "b", "{a,b}" * 30 + "c")
    check("/a" * 200 + "/" + "a" * 250, globs, None)


LONG = {
    "braces": tuple(f"x{number}" + "{a,b}" * 8 for number in range(2000)),
    "many": tuple(f"x{number}" for number in range(50_000)),
    "long": tuple(f"x{number}" + "*a" * 98 for number in range(200)),
    "folders": tuple(f"x{number}" + "/**/a" * 38 for number in range(200)),
    "classes": tuple(f"x{number}" + "[a-z]" * 38 for number in range(200)),
    "one": ("{a,b}" * 8 * 1000,),
}


@pytest.mark.parametrize("globs", LONG.values(), ids=LONG)
@pytest.mark.timeout(20)
def test_more_globs_than_can_be_compared_exclude_everything(globs):
    """Rather than nothing, and rather than keep every other request waiting."""
    check("/p/a.py", globs, TOO_LONG)


def test_as_many_globs_as_people_have_are_compared():
    globs = tuple(f"src/component{number}/generated/**/*.ts" for number in range(200))
    check("/p/src/component7/generated/a/b.ts", globs, globs[7])
    check("/p/src/component7/a.ts", globs, None)
