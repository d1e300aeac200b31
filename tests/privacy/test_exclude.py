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
/p/a.py  C:\\Users\\x\\main.py  untitled:Untitled-1  Untitled-1  /  .
""")


def check(path, globs, glob):
    assert excluded_by(path, globs) == glob


@pytest.mark.parametrize("path", EXCLUDED)
def test_secret_files_are_excluded(path):
    """What stands on the built-in list, and what is like it, is never read or sent."""
    assert excluded_by(path) in {*FILES, *PATHS, "id_*"}


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
