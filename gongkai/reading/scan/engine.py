"""The recogniser: where lines of text stand in a picture, and what each says, by models that come with rapidocr."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gongkai.reading.document import Unreadable

_DETECTOR = "PP-OCRv6_det_small.onnx"
_READER = "PP-OCRv6_rec_small.onnx"
_WORKERS = max(1, min(4, os.cpu_count() or 1))
_LEAST_RATIO = 320 / 48  # width to height of the narrowest picture that the reader takes
_START = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reading:
    """A line as read, without spaces.

    For each character where its middle is (0 to 1 along the strip), how sure it is (0 to 1), and in ``spaced`` the
    numbers of those that follow a space.
    """

    text: str = ""
    centres: tuple[float, ...] = ()
    confidences: tuple[float, ...] = ()
    spaced: frozenset[int] = frozenset()

    @property
    def confidence(self) -> float:
        """The mean over its characters, 0 for none."""
        return sum(self.confidences) / len(self.confidences) if self.confidences else 0.0


@cache
def _load() -> tuple[Any, Any]:
    """The detector and the reader.

    The paths of the models are given outright: rapidocr would otherwise fetch from the network what it misses, and an
    office's machine calls nobody. Lines are read side by side, one thread each, which is faster than one line in many
    threads.
    """
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    missing = [name for name in (_DETECTOR, _READER) if not (models / name).is_file()]
    if missing:
        raise Unreadable(
            "文字识别组件缺少模型文件，请管理员运行 pip install --force-reinstall gongkai[ocr] 后重试。"
        )
    shared = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.use_preprocess_img": False,
        "Det.model_path": str(models / _DETECTOR),
        "Rec.model_path": str(models / _READER),
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    find = rapidocr.RapidOCR(
        params={
            **shared,
            "Global.use_rec": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": 4096,  # pictures come here at the size they are to be searched at
            "EngineConfig.onnxruntime.intra_op_num_threads": _WORKERS,
        }
    )
    read = rapidocr.RapidOCR(params={**shared, "Global.use_det": False, "Global.return_word_box": True})
    return find, read


def _engines() -> tuple[Any, Any]:
    with _START:  # two threads that load at once would double the memory
        return _load()


def find_lines(pixels: np.ndarray, side: int) -> np.ndarray:
    """Boxes of lines of text in RGB ``pixels``: shape (n, 4, 2), corners clockwise from the top left, in pixels.

    The picture is searched at a size of at most ``side`` pixels.
    """
    height, width = pixels.shape[:2]
    ratio = min(1.0, side / max(height, width))
    small = (
        cv2.resize(pixels, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else pixels
    )
    found = _engines()[0](cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
    if found.boxes is None or len(found.boxes) == 0:
        return np.zeros((0, 4, 2), np.float32)
    back = np.array([width / small.shape[1], height / small.shape[0]], np.float32)
    return np.asarray(found.boxes, np.float32) * back


def read_strips(strips: list[np.ndarray]) -> list[Reading]:
    """What each RGB strip, one upright line of text, says."""
    reader = _engines()[1]
    if len(strips) < 2 or _WORKERS == 1:
        return [_read(reader, strip) for strip in strips]
    with ThreadPoolExecutor(_WORKERS) as pool:
        return list(pool.map(lambda strip: _read(reader, strip), strips))


def _padded(strip: np.ndarray) -> np.ndarray:
    """A short line with paper to its right: the reader would fill it up with grey and see characters there."""
    height, width = strip.shape[:2]
    missing = round(height * _LEAST_RATIO) + 1 - width
    if missing <= 0:
        return strip
    paper = np.median(np.concatenate([strip[0], strip[-1]]), axis=0)
    return cv2.copyMakeBorder(strip, 0, 0, 0, missing, cv2.BORDER_CONSTANT, value=[float(v) for v in paper])


def _read(reader: Any, strip: np.ndarray) -> Reading:
    padded = _padded(strip)
    longer = padded.shape[1] / strip.shape[1]
    result = reader(cv2.cvtColor(padded, cv2.COLOR_RGB2BGR))
    if not result.txts or not result.txts[0].strip() or not result.word_results:
        return Reading()
    text, words = result.txts[0], result.word_results[0]
    columns = iter(column for word in words.word_cols for column in word)
    kept = [
        (char, (next(columns) + 0.5) / words.line_txt_len * longer, float(sure))
        for char, sure in zip(text, words.confs, strict=True)
        if not char.isspace()
    ]
    words_begin = frozenset(len("".join(text[:at].split())) for at, char in enumerate(text) if char.isspace())
    return Reading(
        "".join(char for char, _, _ in kept),
        tuple(min(centre, 1.0) for _, centre, _ in kept),
        tuple(sure for _, _, sure in kept),
        words_begin,
    )
