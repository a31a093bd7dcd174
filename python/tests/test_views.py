"""Views of a version, read by the programs that they are made for: DuckDB, Polars, Croissant's own library."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import mlcroissant
import polars as pl
import pytest
from conftest import CLASSES, SAMPLES, review, strata_cli

import strata


def query(sql: str) -> list[tuple[Any, ...]]:
    """The rows that DuckDB answers with."""
    answer = duckdb.sql(sql)
    assert answer is not None
    return answer.fetchall()


def view_files(url: str, ref: str = "main") -> list[str]:
    """Build the views of a version and say where its files are."""
    built = strata_cli("view", "build", "--store", url, "--ref", ref)
    return [f"{url.removeprefix('file://')}/{path}" for path in built["paths"]]


def test_duckdb_and_polars_read_the_rows_of_the_version(pets: str) -> None:
    files = view_files(pets)
    rows = query(f"SELECT key, split, image.*, labels FROM read_parquet({files}) ORDER BY key")
    ds = strata.open(pets)
    assert [row[0] for row in rows] == [sample["key"] for sample in ds]
    assert len(rows) == SAMPLES
    for (key, split, digest, media_type, length, width, height, labels), sample in zip(rows, ds, strict=True):
        assert (media_type, length) == ("image/png", len(sample["image"]))
        assert (width, height) == (5, 6)
        assert len(digest) == 64
        assert key.startswith(split)
        (label,) = labels
        assert label["class"] == ds.classes[sample["label"]]
        assert (label["layer"], label["shape"], label["x"]) == ("label", "classification", None)
        # Where the label comes from stands beside it.
        assert (label["made_by_kind"], label["made_by"]) == ("import", "files")
        assert label["made_at"].endswith("Z")

    counted = query(
        f"SELECT l.class, count(*) FROM (SELECT unnest(labels) l FROM read_parquet({files})) GROUP BY 1 ORDER BY 1"
    )
    assert counted == [(name, SAMPLES // 3) for name in CLASSES]

    frame = pl.scan_parquet(files).collect()
    assert frame["key"].to_list() == [row[0] for row in rows]
    assert frame["labels"].to_list() == [row[-1] for row in rows]
    assert frame["image"].struct.field("hash").to_list() == [row[2] for row in rows]
    assert frame.schema["image"] == pl.Struct(
        {"hash": pl.String, "media_type": pl.String, "bytes": pl.Int64, "width": pl.Int64, "height": pl.Int64}
    )


def test_texts_inline_and_as_blobs_share_a_column(reviews: str) -> None:
    files = view_files(reviews)
    rows = query(f"SELECT key, text.value, text.bytes FROM read_parquet({files}) ORDER BY key")
    for number, (key, value, length) in enumerate(rows):
        text = review(number)
        assert key == f"r{number:02}"
        assert (value, length) == ((None, len(text.encode())) if number % 5 == 0 else (text, None))


@pytest.fixture
def films(tmp_path: Path) -> tuple[str, Path]:
    """A store with the dataset `films`, and the file that it was imported from."""
    rows = tmp_path / "films.jsonl"
    url = f"file://{tmp_path}/store"
    strata_cli("init", "--store", url)
    return url, rows


def lines(count: int, **changed: Any) -> list[dict[str, Any]]:
    """Films with typed metadata."""
    return [
        {
            "key": f"f{number:05}",
            "text": f"film {number}",
            "label": "good",
            "metadata": {"year": 1900 + number % 100, "stars": number / 2, "seen": number % 2 == 0, "note": None},
        }
        | changed
        for number in range(count)
    ]


def commit(url: str, file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    strata_cli("import", "--store", url, "--dataset", "films", "--format", "jsonl", file)


def test_metadata_has_types_and_a_changed_label_writes_one_file(films: tuple[str, Path]) -> None:
    url, file = films
    rows = lines(3000)
    commit(url, file, rows)
    files = view_files(url)
    frame = pl.read_parquet(files)
    assert frame["metadata"].to_list() == [row["metadata"] for row in rows]
    assert frame.schema["metadata"] == pl.Struct(
        {"note": pl.String, "seen": pl.Boolean, "stars": pl.Float64, "year": pl.Int64}
    )
    old = query(f"SELECT count(*) FROM read_parquet({files}) WHERE metadata.year < 1950 AND metadata.seen")
    assert old == [(750,)]
    assert strata_cli("view", "build", "--store", url)["files_written"] == 0

    rows[1234]["label"] = "bad"
    commit(url, file, rows)
    built = strata_cli("view", "build", "--store", url)
    assert built["files_written"] == 1
    manifest = strata_cli("view", "show", "--store", url)
    assert manifest["commit"]["parents"] == [strata.open(url, ref="main~1").commit]
    assert manifest["commit"]["lineage"]["sources"] == ["films.jsonl"]
    assert sum(part["samples"] for part in manifest["files"]) == 3000
    for part in manifest["files"]:
        content = Path(url.removeprefix("file://"), part["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == part["sha256"]
    bad = query(f"SELECT key FROM read_parquet({view_files(url)}) WHERE labels[1].class = 'bad'")
    assert bad == [("f01234",)]


def test_an_export_is_one_file_with_the_same_columns(films: tuple[str, Path], tmp_path: Path) -> None:
    url, file = films
    commit(url, file, lines(10))
    out = tmp_path / "some.parquet"
    strata_cli("export", "--store", url, "--format", "parquet", "--where", "split IS NULL", out)
    assert pl.read_parquet(out).equals(pl.read_parquet(view_files(url)))


def test_croissant_describes_the_version(pets: str, tmp_path: Path) -> None:
    out = tmp_path / "pets"
    about = ["--description", "Pets in small pictures", "--licence", "https://creativecommons.org/licenses/by/4.0/"]
    cited = ["--cite-as", "@misc{pets, title={Pets}}", "--url", "https://example.org/pets", "--creator", "Ann"]
    strata_cli("export", "--store", pets, "--format", "croissant", *about, *cited, out)
    dataset = mlcroissant.Dataset(jsonld=out / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    described = dataset.metadata
    assert (described.name, described.description) == ("pets", "Pets in small pictures")
    assert described.license == ["https://creativecommons.org/licenses/by/4.0/"]
    assert described.cite_as == "@misc{pets, title={Pets}}"
    for file in described.distribution:
        if isinstance(file, mlcroissant.FileObject):
            content = (out / str(file.content_url)).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file.sha256

    classes = list(dataset.records("classes/label"))
    assert [record["classes/label/name"] for record in classes] == sorted(CLASSES)
    records = list(dataset.records("samples"))
    ds = strata.open(pets)
    assert sorted(record["samples/key"].decode() for record in records) == [sample["key"] for sample in ds]
    assert {record["samples/split"].decode() for record in records} == {"train", "test"}
    assert {record["samples/image/width"] for record in records} == {5}
    assert {made.decode() for record in records for made in record["samples/labels/made_by"]} == {"files"}
