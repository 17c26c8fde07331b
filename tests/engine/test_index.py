"""The life of an index: one writer, readers in other processes, a swap while serving, damage noticed."""

import json
import subprocess
import sys
import threading
import time

import pytest

from gongkai.engine.evaluate import evaluate_search
from gongkai.engine.find import EmbeddedEngine
from gongkai.engine.index import Writer
from gongkai.engine.ports import IndexBusy, IndexDamaged, IndexMissing, SearchRequest

from .conftest import LIBRARY, ROOT, made, shared_data


def named(k: int, text: str = "依法推进政务公开。"):
    return f"d{k}", made(f"d{k}", f"第{k}号通知", text)


def found(engine, text="政务公开"):
    return {group.document for group in engine.search(SearchRequest(text, limit=100)).groups}


def child(folder, stop):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engine.reading_child", str(folder), str(stop)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_what_is_replaced_or_removed_is_so_after_the_next_commit(tmp_path):
    with Writer(tmp_path) as writer:
        writer.rebuild([named(1), named(2)])
        engine = EmbeddedEngine(tmp_path)
        assert found(engine) == {"d1", "d2"}
        writer.replace(*named(1, "改为别的内容。"))
        writer.remove("d2")
        writer.replace(*named(3))
        assert found(engine) == {"d1", "d2"}
        writer.commit()
        assert found(engine) == {"d3"}
        assert found(engine, "别的内容") == {"d1"}


def test_replacing_gives_the_passages_of_that_document_only(tmp_path):
    with Writer(tmp_path) as writer, pytest.raises(ValueError, match="d2"):
        writer.replace("d2", named(1)[1])


def test_a_second_writer_is_told_to_wait_and_the_lock_goes_with_the_first(tmp_path):
    with Writer(tmp_path), pytest.raises(IndexBusy):
        Writer(tmp_path)
    Writer(tmp_path).close()


def test_a_missing_index_is_named_so_to_reader_and_writer(tmp_path):
    with pytest.raises(IndexMissing):
        EmbeddedEngine(tmp_path / "nowhere").search(SearchRequest("公开"))
    with Writer(tmp_path) as writer, pytest.raises(IndexMissing):
        writer.replace(*named(1))


def test_an_index_of_another_generation_is_not_read(tmp_path):
    with Writer(tmp_path) as writer:
        writer.rebuild([named(1)])
    pointer = tmp_path / "current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"generation": 0}))
    with pytest.raises(IndexMissing):
        EmbeddedEngine(tmp_path).search(SearchRequest("公开"))


def test_another_process_reads_while_this_one_commits_two_hundred_times(tmp_path):
    folder, stop = tmp_path / "index", tmp_path / "stop"
    with Writer(folder) as writer:
        writer.rebuild([named(0)])
        process = child(folder, stop)
        for k in range(1, 201):
            writer.replace(*named(k))
            writer.commit()
        stop.touch()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    searches, states, last = map(int, out.split())
    assert last == 201
    assert states > 1
    assert searches >= states


def test_another_process_reads_on_while_the_index_is_swapped(tmp_path):
    folder, stop = tmp_path / "index", tmp_path / "stop"
    with Writer(folder) as writer:
        writer.rebuild([named(0)])
        process = child(folder, stop)
        for size in range(2, 12):
            writer.rebuild(named(k) for k in range(size))
            time.sleep(0.1)
        stop.touch()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert int(out.split()[2]) == 11
    assert len(list(folder.glob("index-*"))) == 1


def test_the_old_index_serves_and_takes_changes_until_the_new_one_is_whole(tmp_path):
    with Writer(tmp_path) as writer:
        writer.rebuild([named(1), named(2)])
        engine = EmbeddedEngine(tmp_path)
        seen: list[int] = []

        def source():
            yield named(1)
            stale = named(2)
            thread = threading.Thread(
                target=lambda: (writer.remove("d1"), writer.replace(*named(2, "已经修改。")))
            )
            thread.start()
            thread.join()
            writer.commit()
            assert found(engine) == set()
            assert found(engine, "已经修改") == {"d2"}
            yield stale
            yield named(3)
            assert found(engine) == set()

        assert writer.rebuild(source(), progress=seen.append) == 3
        assert seen == [1, 2, 3]
        assert found(engine) == {"d3"}
        assert found(engine, "已经修改") == {"d2"}


def test_a_rebuild_that_fails_leaves_the_old_index_serving_and_nothing_lying_about(tmp_path):
    def source():
        yield named(5)
        raise OSError("disk")

    with Writer(tmp_path) as writer:
        writer.rebuild([named(1)])
        with pytest.raises(OSError, match="disk"):
            writer.rebuild(source())
        assert found(EmbeddedEngine(tmp_path)) == {"d1"}
        assert len(list(tmp_path.glob("index-*"))) == 1
        writer.replace(*named(2))
        writer.commit()
        assert found(EmbeddedEngine(tmp_path)) == {"d1", "d2"}


@pytest.mark.parametrize("half", ["documents", "passages"])
@pytest.mark.parametrize("kind", ["*.store", "*.term", "*.idx", "*.fast", "*.fieldnorm", "meta.json"])
@pytest.mark.parametrize("left", [0, 7])
def test_a_truncated_file_is_noticed_and_a_rebuild_mends_it(tmp_path, half, kind, left):
    with Writer(tmp_path) as writer:
        writer.rebuild(LIBRARY.items())
    victims = [p for p in tmp_path.glob(f"index-*/{half}/{kind}") if p.stat().st_size]
    assert victims
    for path in victims:
        path.write_bytes(path.read_bytes()[:left])
    engine = EmbeddedEngine(tmp_path)
    with pytest.raises(IndexDamaged):
        engine.search(SearchRequest("稳岗补贴"))
    with Writer(tmp_path) as writer:
        writer.rebuild(LIBRARY.items())
    assert found(engine, "稳岗补贴") >= {"subsidy"}


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"folder": "../x", "generation": 2}', '{"folder": "index-9", "generation": 2}'],
)
def test_a_broken_pointer_is_noticed(tmp_path, content):
    with Writer(tmp_path) as writer:
        writer.rebuild([named(1)])
    (tmp_path / "current.json").write_text(content)
    with pytest.raises(IndexDamaged):
        EmbeddedEngine(tmp_path).search(SearchRequest("公开"))


def test_a_missing_segment_file_is_noticed(tmp_path):
    with Writer(tmp_path) as writer:
        writer.rebuild([named(1)])
    for path in tmp_path.glob("index-*/passages/*.store"):
        path.unlink()
    with pytest.raises(IndexDamaged):
        EmbeddedEngine(tmp_path).search(SearchRequest("政务公开"))


def test_evaluation_gives_the_figures_of_a_small_set_by_hand(tmp_path):
    def lines(name, rows):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return path

    texts = {"a": "稳岗补贴每人一千元。", "b": "停车收费每小时十元。"}
    result = evaluate_search(
        lines("corpus.jsonl", [{"id": k, "title": "", "text": t} for k, t in texts.items()]),
        lines("queries.jsonl", [{"id": "1", "query": "稳岗补贴多少"}, {"id": "2", "query": "停车收费多少"}]),
        lines(
            "qrels.jsonl",
            [
                {"query_id": "1", "doc_id": "a", "rel": 2, "answer_span": [4, 9]},
                {"query_id": "2", "doc_id": "a", "rel": 2, "answer_span": [0, 4]},
            ],
        ),
    )
    assert result["queries"] == 2
    assert result["doc_hit"] == {"1": 0.5, "10": 0.5, "100": 0.5}
    assert result["passage_hit"] == {"1": 0.5, "3": 0.5, "10": 0.5}
    assert result["passage_chars"] == {"mean": 10.0, "max": 10}
    assert result["rows"][0]["hits"][0] == {"doc_id": "a", "start": 0, "end": 10}


@pytest.mark.data
@pytest.mark.slow
def test_search_is_no_worse_than_plain_bm25_on_questions_nobody_here_wrote():
    folder = shared_data() / "bench" / "policy_ncp"
    result = evaluate_search(folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels.jsonl")
    assert result["doc_hit"]["1"] >= 0.853
    assert result["doc_hit"]["10"] >= 0.981
    assert result["passage_hit"]["1"] >= 0.655
    assert result["passage_hit"]["3"] >= 0.845
    assert result["passage_hit"]["10"] >= 0.926
    assert result["passage_chars"]["max"] <= 250
    assert result["passage_chars"]["mean"] <= 180
