"""What a file or a folder brings to its host, and how its program is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.errors import LabError, UsageError
from lab.scenario.files import Files
from lab.scenario.made import sources_of
from lab.scenario.replacing import built_in
from lab.suite.trying.copies import place_for_copies
from lab.suite.trying.replacing import check, pairs
from lab.suite.trying.side import Side


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_py", ".py").replace("_txt", ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_a_file_brings_the_modules_that_it_imports_and_the_files_that_it_names(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        server_py="import common\nopen('words.txt'); open('/etc/passwd'); open('../x.txt')",
        common_py="open('./data/q.txt')",
        words_txt="w",
        data__q_txt="q",
        secret_txt="s",
    )
    side = Side.of("server", tmp_path / "server.py")
    assert set(side.sources) == {"server.py", "common.py", "words.txt", "data/q.txt"}


def test_a_folder_brings_all_that_is_in_it_without_links_and_hidden_files(tmp_path: Path) -> None:
    write(tmp_path, server_py="1", data__a_txt="a", quiz__init_py="")
    (tmp_path / ".git").mkdir()
    (tmp_path / "passwd").symlink_to("/etc/passwd")
    (tmp_path / "again.py").symlink_to(tmp_path / "server.py")
    side = Side.of("server", tmp_path)
    assert side.file == "server.py"
    assert set(side.sources) == {"server.py", "data/a.txt", "quiz/init.py"}


@pytest.mark.parametrize(
    ("names", "role", "found"),
    [
        (["main.py", "util.py"], "server", "main.py"),
        (["a_server.py", "a_client.py"], "client", "a_client.py"),
        (["only.py", "README.md"], "client", "only.py"),
        (["server.py", "main.py"], "server", "server.py"),
    ],
)
def test_the_main_program_of_a_folder_is_found(
    tmp_path: Path, names: list[str], role: str, found: str
) -> None:
    for name in names:
        (tmp_path / name).write_text("")
    assert Side.of(role, tmp_path).file == found


@pytest.mark.parametrize("names", [[], ["a.py", "b.py"]])
def test_a_folder_without_a_main_program_is_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("")
    with pytest.raises(UsageError, match="name the file"):
        Side.of("server", tmp_path)


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("socket.create_connection(('localhost', 1))", []),
        ("host = sys.argv[1]", ["server"]),
        ("host, port = sys.argv[1], int(sys.argv[2])", ["server", "{port}"]),
        ("_, host = sys.argv", ["server"]),
    ],
)
def test_a_client_gets_as_many_arguments_as_it_reads(
    tmp_path: Path, source: str, arguments: list[str]
) -> None:
    (tmp_path / "client.py").write_text(source)
    assert Side.of("client", tmp_path / "client.py").default_arguments() == arguments


def test_a_name_is_replaced_as_a_whole_word_and_the_files_stay(tmp_path: Path) -> None:
    text = "a('localhost'); b('127.0.0.1:80'); c('xlocalhost', 'localhost.org', '127.0.0.10')"
    write(tmp_path, client_py=f"import common\n{text}", common_py="HOST = 'localhost'")
    given = dict(pairs(["localhost=server"]))
    files = Files("client", tmp_path, swapped=given).of_program("client.py")
    assert files["common.py"] == b"HOST = 'server'"
    new = b"a('server'); b('127.0.0.1:80'); c('xlocalhost', 'localhost.org', '127.0.0.10')"
    assert new.replace(b"127.0.0.1:", b"server:") in files["client.py"] or new in files["client.py"]
    assert (tmp_path / "common.py").read_text() == "HOST = 'localhost'"
    with pytest.raises(UsageError, match="stands in no file"):
        check([("ftp", "x")], [files])
    with pytest.raises(LabError, match="OLD=NEW"):
        pairs(["localhost"])


def test_what_is_built_in_is_found() -> None:
    text = b"""
    a = '192.168.1.20'; b = "localhost"; c = '0.0.0.0'; d = '1.2'; e = socket.gethostname()
    bind(('', 5000)); f = 'localhost'
    """
    assert built_in([{"a.py": text}]) == ["192.168.1.20", "localhost", "socket.gethostname()"]


def compiled_from(side: Side) -> list[str]:
    return sources_of(side.file, side.sources)


def test_what_is_compiled_of_a_file_and_of_a_folder(tmp_path: Path) -> None:
    for name, text in {"server.c": "int main()", "talk.c": "int talk()", "talk.h": ""}.items():
        (tmp_path / name).write_text(text)
    assert compiled_from(Side.of("server", tmp_path)) == ["server.c", "talk.c"]
    alone = Side.of("server", tmp_path / "server.c")
    assert compiled_from(alone) == ["server.c"]
    assert set(alone.sources) == {"server.c", "talk.h"}
    (tmp_path / "client.c").write_text("int main()")
    assert compiled_from(Side.of("server", tmp_path)) == ["server.c"]
    (tmp_path / "a.py").write_text("")
    assert compiled_from(Side.of("server", tmp_path / "a.py")) == []


def test_sources_of_other_languages_bring_what_lies_beside_them(tmp_path: Path) -> None:
    files = {"server.js": "require('./talk'); fs.readFileSync('words.txt')", "talk.js": ""}
    files |= {"words.txt": "", "other.txt": "", "Server.java": "", "Talk.java": ""}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    javascript = Side.of("server", tmp_path / "server.js")
    assert set(javascript.sources) == {"server.js", "talk.js", "words.txt"}
    assert compiled_from(javascript) == []
    java = Side.of("server", tmp_path / "Server.java")
    assert set(java.sources) == {"Server.java", "Talk.java"}
    assert compiled_from(java) == ["Server.java"]


def test_what_go_compiles_of_a_folder_is_one_package(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("server.go", "talk.go", "talk_test.go", "sub/other.go"):
        (tmp_path / name).write_text("func main() {" if name == "server.go" else "")
    assert compiled_from(Side.of("server", tmp_path)) == ["server.go", "talk.go"]


@pytest.mark.parametrize(
    ("name", "source", "count"),
    [
        ("client.go", 'net.Dial("tcp", os.Args[1]+":"+os.Args[2])', 2),
        ("client.go", 'net.Dial("tcp", os.Args[1]+":80")', 1),
        ("client.rs", "let args: Vec<String> = env::args().collect(); f(&args[1])", 1),
        ("client.rs", "env::args().nth(1); env::args().nth(2)", 2),
        ("Client.java", "new Socket(args[0], Integer.parseInt(args[1]))", 2),
        ("Client.java", 'new Socket("localhost", 80)', 0),
        ("client.js", "const [host, port] = process.argv.slice(2)", 2),
        ("client.js", "const host = process.argv[2]", 1),
    ],
)
def test_a_client_of_another_language_gets_as_many_arguments_as_it_reads(
    tmp_path: Path, name: str, source: str, count: int
) -> None:
    (tmp_path / name).write_text(source)
    words = Side.of("client", tmp_path / name).default_arguments()
    assert words == ["server", "{port}"][:count]


def test_copies_go_with_their_run_and_those_of_a_killed_one_with_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".cache" / "copies" / "4194305"  # no process has a number above 4194304
    left.mkdir(parents=True)
    with place_for_copies(tmp_path) as here:
        assert not left.exists()
        assert not here.exists()
        here.mkdir()
    assert not here.exists()
