from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from unmask.dataset.catalogue import DatasetError, list_pictures, load_catalogue

REAL = '[[source]]\ncollection = "a"\nfolder = "a"\nlabel = "real"\nuse = "learn"\n'
GENERATED = (
    '[[source]]\ncollection = "g"\nfolder = "g"\nlabel = "generated"\n'
    'generator = "gan"\nfamily = "gans"\nuse = "learn"\n'
)


def written(folder: Path, text: str) -> Path:
    file = folder / "sources.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_catalogue_names_the_five_sources(tmp_path: Path) -> None:
    catalogue = load_catalogue(tmp_path)
    learned = {source.generator for source in catalogue.source if source.use == "learn"}
    assert learned == {"", "stylegan1", "stylegan2", "tpdne", "sdxl"}
    families = {source.generator: source.family for source in catalogue.source}
    assert families["tpdne"] == families["stylegan2"] == "stylegan2"


def test_a_named_catalogue_comes_before_the_pools_own_and_that_before_the_shipped(
    tmp_path: Path,
) -> None:
    assert len(load_catalogue(tmp_path).source) > 10
    (tmp_path / "catalogue.toml").write_text(REAL, "utf-8")
    assert [source.collection for source in load_catalogue(tmp_path).source] == ["a"]
    named = written(tmp_path, GENERATED)
    assert [source.collection for source in load_catalogue(tmp_path, named).source] == ["g"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "source: Field required"),
        ("source = []", "source: Tuple should have at least 1 item"),
        ("[[source]", "line 1"),
        (REAL.replace("learn", "teach"), "source[1] use: Input should be 'learn' or 'unseen'"),
        (REAL + 'colour = "red"', "source[1] colour: Extra inputs are not permitted"),
        (REAL.replace('label = "real"\n', ""), "source[1] label: Field required"),
        (REAL + REAL.replace('"a"', '"b"', 1), "its folder 'a' is in the folder of 'b'"),
        (REAL + REAL.replace('folder = "a"', 'folder = "b"'), "collection named twice: a"),
        (REAL + GENERATED.replace('folder = "g"', 'folder = "a/g"'), "in the folder of 'a'"),
        (REAL.replace('folder = "a"', 'folder = "../a"'), "must be a path below the pool"),
        (REAL.replace('folder = "a"', 'folder = "/a"'), "must be a path below the pool"),
        (REAL + 'subjects = "/who.csv"', "must be a path below the pool"),
        (GENERATED.replace('family = "gans"\n', ""), "generator and family go with label"),
        (REAL + 'generator = "gan"\nfamily = "gans"', "generator and family go with label"),
        (GENERATED.replace('"gan"', '"real"'), "no generator may be called 'real'"),
        (REAL + 'kind = "swap"', "kind 'swap' does not go with label 'real'"),
        (GENERATED + 'kind = "photograph"', "kind 'photograph' does not go with label 'generated'"),
        (REAL + 'kind = "statue"', "source[1] kind: Input should be 'photograph', 'whole'"),
        (
            GENERATED + GENERATED.replace('"g"', '"h"').replace("gans", "others"),
            "generator 'gan' is of family 'gans' elsewhere, here of 'others'",
        ),
    ],
)
def test_a_faulty_catalogue_is_named_with_its_fault_in_one_line(
    tmp_path: Path, text: str, says: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(DatasetError) as caught:
        load_catalogue(tmp_path, file)
    message = str(caught.value)
    assert "sources.toml cannot be used: " in message
    assert says in message
    assert "\n" not in message
    assert "pydantic" not in message


def test_a_catalogue_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none\.toml cannot be used: No such file"):
        load_catalogue(tmp_path, tmp_path / "none.toml")
    file = tmp_path / "latin.toml"
    file.write_bytes(b'collection = "caf\xe9"')
    with pytest.raises(DatasetError, match=r"latin\.toml cannot be used: .*utf-8"):
        load_catalogue(tmp_path, file)


@pytest.mark.parametrize(
    ("one", "other"), [("a", "ab"), ("x/a", "x/b"), ("generated", "generated-later")]
)
def test_folders_side_by_side_are_no_fault(tmp_path: Path, one: str, other: str) -> None:
    text = REAL.replace('folder = "a"', f'folder = "{one}"')
    text += GENERATED.replace('folder = "g"', f'folder = "{other}"')
    assert len(load_catalogue(tmp_path, written(tmp_path, text)).source) == 2


def test_pictures_are_listed_below_their_folder_by_suffix_in_order(tmp_path: Path) -> None:
    for name in ("a/2.jpg", "a/deep/er/1.PNG", "a/10.webp", "a/notes.txt", "b/3.jpg"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    (tmp_path / "a/folder.jpg").mkdir()
    pictures = list_pictures(tmp_path, load_catalogue(tmp_path, written(tmp_path, REAL)))
    assert [picture.path for picture in pictures] == ["a/10.webp", "a/2.jpg", "a/deep/er/1.PNG"]


def test_subjects_come_from_the_table(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        (tmp_path / "a" / name).write_bytes(b"")
    (tmp_path / "who.csv").write_text("subject,path\nAda,a/1.jpg\n,a/2.jpg\n", "utf-8")
    catalogue = load_catalogue(tmp_path, written(tmp_path, REAL + 'subjects = "who.csv"'))
    subjects = {picture.path: picture.subject for picture in list_pictures(tmp_path, catalogue)}
    assert subjects == {"a/1.jpg": "Ada", "a/2.jpg": "", "a/3.jpg": ""}


def test_a_table_of_subjects_that_names_none_of_the_pictures_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/1.jpg").write_bytes(b"")
    (tmp_path / "who.csv").write_text("subject,path\nAda,1.jpg\n", "utf-8")
    catalogue = load_catalogue(tmp_path, written(tmp_path, REAL + 'subjects = "who.csv"'))
    with pytest.raises(DatasetError, match=r"who\.csv names no picture of a, such as a/1\.jpg"):
        list_pictures(tmp_path, catalogue)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text there")
def test_a_name_that_is_no_text_is_told_before_anything_is_cropped(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"")
    with pytest.raises(DatasetError, match=r"caf\\xe9\.jpg' is not UTF-8; rename it"):
        list_pictures(tmp_path, load_catalogue(tmp_path, written(tmp_path, REAL)))


@pytest.mark.parametrize("table", [None, b"file,who\na/1.jpg,Ada\n", b"path,subject\n\xff,Ada\n"])
def test_a_table_of_subjects_that_cannot_be_used_is_named(
    tmp_path: Path, table: bytes | None
) -> None:
    (tmp_path / "a").mkdir()
    if table is not None:
        (tmp_path / "who.csv").write_bytes(table)
    catalogue = load_catalogue(tmp_path, written(tmp_path, REAL + 'subjects = "who.csv"'))
    with pytest.raises(DatasetError, match=r"who\.csv cannot be used; it must be CSV"):
        list_pictures(tmp_path, catalogue)


def test_a_pool_that_is_missing_or_empty_is_an_error(tmp_path: Path) -> None:
    catalogue = load_catalogue(tmp_path, written(tmp_path, REAL + GENERATED))
    with pytest.raises(DatasetError, match="there is no such folder"):
        list_pictures(tmp_path / "none", catalogue)
    with pytest.raises(DatasetError, match="none of these folders has any: a, g"):
        list_pictures(tmp_path, catalogue)


def test_the_shared_pool_has_every_source_of_the_shipped_catalogue(shared: Path) -> None:
    catalogue = load_catalogue(shared / "data")
    counts = Counter(one.source.collection for one in list_pictures(shared / "data", catalogue))
    assert set(counts) == {source.collection for source in catalogue.source}
    assert (counts["celeba"], counts["unseen-sd21"]) == (4000, 250)


def test_what_is_not_stated_of_a_collection_has_honest_defaults(tmp_path: Path) -> None:
    real, made = load_catalogue(tmp_path, written(tmp_path, REAL + GENERATED)).source
    assert (real.kind, made.kind) == ("photograph", "whole")
    assert (real.title, made.title) == ("a", "g")
    assert (made.origin, made.licence, made.terms, made.people) == ("", "", "", "")
    drawn = REAL + 'kind = "drawn"\n' + GENERATED + 'kind = "edit"\nlicence = "MIT"'
    facts = [one.facts for one in load_catalogue(tmp_path, written(tmp_path, drawn)).source]
    assert [(one.kind, one.licence) for one in facts] == [("drawn", ""), ("edit", "MIT")]


def test_every_collection_of_the_shipped_catalogue_has_a_title_and_swaps_are_called_so(
    tmp_path: Path,
) -> None:
    sources = load_catalogue(tmp_path).source
    assert all(one.title != one.collection for one in sources)
    assert [one.collection for one in sources if one.kind == "swap"] == ["unseen-inswapper"]
