"""One run of a benchmark over one dataset: a bundle in, its results out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from unmask.bundles.benchmark import Benchmark, UnseenCollection
from unmask.bundles.listing import graphs_of
from unmask.bundles.model import BundleInfo
from unmask.bundles.runtime import Bundle
from unmask.dataset.identity import read_identity
from unmask.dataset.manifest import Split, facts_of, labels_of, read_description
from unmask.evaluation import judging, metrics
from unmask.evaluation.benchmark.results import BundleResult, LeftOutCollection, LeftOutResult
from unmask.evaluation.cost import multiply_adds
from unmask.evaluation.crops import BenchmarkCrops, origin_of, read_benchmark_crops
from unmask.evaluation.intervals import DIGITS, RESAMPLES, estimates
from unmask.evaluation.measure import Judged, judge
from unmask.evaluation.scoring import ArrayCache, view_logits
from unmask.evaluation.views import CLEAN_VIEW, LAUNDERINGS, View
from unmask.progress import Track

BUDGET: Final = 40e12
"""Multiply-adds that one bundle may cost: about nine minutes of two cores."""
LEAST_SHARE: Final = 0.05
"""Share of the crops that even the slowest bundle sees in every view."""


class SuiteError(Exception):
    """A benchmark that cannot be run; the message says what to do."""


@dataclass(frozen=True)
class Suite:
    """A set of measurements: which views, how many resamples, whether shortcuts are measured."""

    name: str
    views: tuple[View, ...] = LAUNDERINGS
    resamples: int = RESAMPLES
    shortcuts: bool = True


@dataclass(frozen=True)
class Known:
    """What was measured of a bundle, and what comparisons between bundles need of it."""

    result: BundleResult
    judged: Judged


class BenchmarkRun:
    """One run of a suite over one dataset."""

    def __init__(
        self,
        suite: Suite,
        data: Path,
        *,
        cache: ArrayCache,
        all_crops: bool,
        recut: bool,
        track: Track,
    ) -> None:
        """Read the dataset.

        Args:
            suite: what is measured.
            data: folder of the dataset.
            cache: where logits are kept.
            all_crops: run slow bundles over all crops of all views, too.
            recut: take bundles, too, that were made from other crops of the same splits.
            track: shows progress.

        Raises:
            SuiteError: the test split lacks real or generated crops.
            DatasetError: the folder holds no dataset.
        """
        self.suite = suite
        self._cache = cache
        self._all_crops = all_crops
        self._recut = recut
        self._track = track
        self._data = data
        self._identity = read_identity(data)
        self._description = read_description(data)
        self.fingerprint = self._identity.fingerprint
        self.families = labels_of(self._description, "source")
        self.test = self._read(data, "test")
        self.unseen = self._read(data, "unseen")

    def _read(self, data: Path, split: Split) -> BenchmarkCrops:
        crops = read_benchmark_crops(data, split)
        if split == "test" and (
            not len(crops) or crops.generated.all() or not any(crops.generated)
        ):
            raise SuiteError(
                f"the test split of the dataset in {data} needs real and generated crops; "
                "build the dataset from a larger pool"
            )
        return crops

    def check(self, infos: Sequence[BundleInfo]) -> None:
        """See that bundles can be told apart, and fit the dataset.

        Raises:
            SuiteError: they do not.
        """
        names = [info.name for info in infos]
        for name in names:
            if names.count(name) > 1:
                raise SuiteError(f"two bundles are called {name}; export one under another name")
        for info in infos:
            labels = tuple(labels_of(self._description, info.task))
            if info.labels != labels:
                raise SuiteError(
                    f"bundle {info.name} tells apart {', '.join(info.labels)}, but the dataset "
                    f"has {', '.join(labels)}; name another dataset with --data"
                )
            unknown = set(info.left_out) - set(self.test.generators)
            if unknown:
                raise SuiteError(
                    f"bundle {info.name} was trained without {', '.join(sorted(unknown))}, "
                    "of which the test split has no crop"
                )
            self._check_origin(info)

    def _check_origin(self, info: BundleInfo) -> None:
        """A bundle may have been trained on the test split of any other dataset than its own."""
        origin, there = origin_of(info), self._identity
        if origin.is_that_of(there):
            return
        which = (
            f"bundle {info.name} was made from the dataset {origin}, but {self._data} holds {there}"
        )
        if not there.same_splits(origin.splits):
            raise SuiteError(
                f"{which}, in which pictures that it was trained on may be in the test split; "
                "name its own with --data, build it again with the same --seed from the same "
                "pool (--keep-splits, where a folder of it is left), or train a model anew"
            )
        if not self._recut:
            raise SuiteError(
                f"{which}: the same splits, cut otherwise; measure it with --recut, and its "
                "figures will say so"
            )

    def _is_recut(self, info: BundleInfo) -> bool:
        return info.dataset != self.fingerprint

    def measure(self, bundle: Bundle) -> Known:
        """A bundle over every view of the test split, and over the unseen one."""
        info = bundle.info
        graphs = graphs_of(info, bundle.folder)
        work = sum(map(multiply_adds, graphs))
        share = self._share(work)
        fewer = self.test if share == 1 else self.test.take(self.test.subset(share))
        judged = self._judge(bundle, self.test, CLEAN_VIEW)
        points = [judging.robustness(CLEAN_VIEW, judged)]
        for view in self.suite.views:
            crops = self.test if view.headline else fewer
            points.append(judging.robustness(view, self._judge(bundle, crops, view)))
        errors = judging.errors(info, judged, self.test)
        benchmark = Benchmark(
            suite=self.suite.name,
            dataset=self.fingerprint,
            recut=self._is_recut(info),
            sha256=info.sha256,
            crops=len(self.test),
            figures=estimates(judged, resamples=self.suite.resamples),
            confusion=judging.confusion(info, judged),
            reliability=judging.reliability(judged),
            robustness=points,
            unseen=self._unseen(bundle),
        )
        result = BundleResult(
            name=info.name,
            title=info.title,
            architecture=info.architecture,
            task=info.task,
            labels=list(info.labels),
            graph_bytes=sum(graph.stat().st_size for graph in graphs),
            multiply_adds=work,
            laundered_crops=len(fewer),
            benchmark=benchmark,
            collections=judging.collections(judged, self.test),
            roc=judging.roc(judged),
            errors=errors[: judging.MOST_ERRORS],
            error_count=len(errors),
        )
        return Known(result, judged)

    def _share(self, work: int) -> float:
        """Share of the crops that a bundle sees in views which are no headline ones.

        It follows from the work of one crop, not from a clock, so that it is the same every time.
        """
        others = sum(not view.headline for view in self.suite.views)
        if self._all_crops or not others or not work:
            return 1.0
        headlines = 1 + len(self.suite.views) - others
        whole = headlines * len(self.test) + len(self.unseen)
        left = BUDGET / work - whole
        return float(np.clip(left / (others * len(self.test)), LEAST_SHARE, 1.0))

    def measure_left_out(self, bundle: Bundle) -> LeftOutResult:
        """A bundle on the generators that it was trained without, and on real faces."""
        info = bundle.info
        judged = self._judge(bundle, self.test, CLEAN_VIEW)
        real = np.flatnonzero(~self.test.generated)
        origins = zip(self.test.collections, self.test.generators, strict=True)
        results = []
        for name in sorted({name for name, generator in origins if generator in info.left_out}):
            inside = np.flatnonzero(np.array(self.test.collections) == name)
            area = metrics.auc(judged.probability[inside], judged.probability[real])
            results.append(
                LeftOutCollection(
                    collection=name,
                    crops=len(inside),
                    called_generated=judging.called_generated(judged, inside),
                    auc=round(area, DIGITS),
                    known=None,
                )
            )
        return LeftOutResult(
            name=info.name,
            architecture=info.architecture,
            left_out=list(info.left_out),
            recut=self._is_recut(info),
            known_by=None,
            false_positive_rate=judging.called_generated(judged, real),
            collections=results,
        )

    def _unseen(self, bundle: Bundle) -> list[UnseenCollection]:
        if not len(self.unseen):
            return []
        facts = facts_of(self._description)
        swaps = {name for name, one in facts.items() if one.kind == "swap"}
        return judging.unseen(self._judge(bundle, self.unseen, CLEAN_VIEW), self.unseen, swaps)

    def _judge(self, bundle: Bundle, crops: BenchmarkCrops, view: View) -> Judged:
        unseen = ", unseen" if crops is self.unseen else ""
        logits = view_logits(
            bundle,
            crops,
            view,
            cache=self._cache,
            track=self._track,
            text=f"{bundle.info.name}: {view.title}{unseen}",
        )
        return judge(bundle.info, logits, crops.targets(bundle.info))
