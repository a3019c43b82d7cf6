"""`srlab classify`, `flips` and `explain`: what a classifier sees before and after upscaling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from srlab.cli.options import (
    DegradationOption,
    DeviceOption,
    FormatOption,
    JsonOption,
    Metrics,
    PrecisionOption,
    Scales,
    StoreOption,
    TileOption,
    Upscalers,
)
from srlab.cli.output import number, p_value, print_frame
from srlab.cli.telling import command_line, say_classified
from srlab.cli.terminal import INCOMPLETE, RULE_BROKEN, tell

if TYPE_CHECKING:
    import pandas as pd

    from srlab.classification.classify import Classified
    from srlab.store.store import Store

_SET = Annotated[
    str | None,
    typer.Option("-b", "--benchmark", metavar="NAME", help="The set of images, if several."),
]
_CLASSIFIER = Annotated[
    str | None,
    typer.Option("--classifier", metavar="NAME", help="The classifier, if several looked."),
]
_UPSCALERS = Annotated[
    list[str],
    typer.Option(
        "-u", "--upscaler", metavar="NAME", help='Only these ("small": not upscaled); repeatable.'
    ),
]
_SCALES = Annotated[
    list[int], typer.Option("-s", "--scale", metavar="N", help="Only these; repeatable.")
]
_RULES = Annotated[
    list[str],
    typer.Option(
        "--fail-if",
        metavar="RULE",
        help="Exit 4 where this holds for an upscaler, as 'harmed>1%'; repeatable.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (classify, flips, explain):
        app.command()(command)


def classify(
    images: Annotated[
        str,
        typer.Option(
            metavar="NAME|[NAME=]FOLDER",
            help="food101, materials, or a folder of class folders.",
        ),
    ],
    upscaler: Upscalers,
    scale: Scales,
    classifier: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FOLDER|HUB-ID",
            help="What looks (`srlab show classifiers`); a known set of images has its own.",
        ),
    ] = None,
    samples: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Draw so many images (default: all).")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="What the draw goes by.")] = 0,
    stratified: Annotated[
        bool, typer.Option("--stratified", help="Draw as many images of each class.")
    ] = False,
    metric: Metrics = ["psnr", "ssim"],  # noqa: B006
    degradation: DegradationOption = None,
    device: DeviceOption = "auto",
    tile: TileOption = None,
    precision: PrecisionOption = "fp32",
    fail_if: _RULES = [],  # noqa: B006
    store: StoreOption = None,
) -> None:
    """Count what upscaling changes for a classifier.

    Images are upscaled and scored first; bicubic is always among the upscalers, so that a flip
    can be blamed on a network. What is stored already is not done again. Exit code 3 where
    something is missing.
    """
    from srlab.analysis.flip_rules import parse_rule
    from srlab.classification.classify import make_classify_request, run_classify
    from srlab.cli.progress import make_progress
    from srlab.evaluation.run import Resources
    from srlab.store.file_index import FileIndex
    from srlab.store.store import Store

    rules = [parse_rule(text) for text in fail_if]
    opened = Store.create(store)
    index = FileIndex(opened)
    request = make_classify_request(
        images=images,
        upscalers=upscaler,
        scales=scale,
        classifier=classifier,
        samples=samples,
        seed=seed,
        stratified=stratified,
        metrics=metric,
        degradation=degradation,
        tile=tile,
        precision=precision,
        device=device,
        index=index,
    )
    index.save()
    done = run_classify(
        request, opened, progress=make_progress(), resources=Resources(command=command_line())
    )
    say_classified(done)
    broken = _print_changes(opened, done, rules, degradation)
    if broken:
        raise typer.Exit(RULE_BROKEN)
    if not done.complete:
        raise typer.Exit(INCOMPLETE)


def flips(
    benchmark: _SET = None,
    classifier: _CLASSIFIER = None,
    upscaler: _UPSCALERS = [],  # noqa: B006
    scale: _SCALES = [],  # noqa: B006
    category: Annotated[
        list[str],
        typer.Option(
            metavar="NAME", help="Only harmed, rescued or changed-wrong ones; repeatable."
        ),
    ] = [],  # noqa: B006
    label: Annotated[
        list[str],
        typer.Option("--class", metavar="NAME", help="Only images of this class; repeatable."),
    ] = [],  # noqa: B006
    degradation: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only small images made in this way."),
    ] = None,
    fail_if: _RULES = [],  # noqa: B006
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """List the images whose prediction changed.

    csv has exactly the columns sample,upscaler,scale,truth,original,original_probability,
    upscaled,upscaled_probability,category.
    """
    from srlab.analysis.flip_rules import parse_rule
    from srlab.analysis.flips import flips as read
    from srlab.store.store import Store

    rules = [parse_rule(text) for text in fail_if]
    opened = Store.open(store)
    chosen: dict[str, Any] = {
        "benchmarks": [benchmark] if benchmark else [],
        "classifiers": [classifier] if classifier else [],
        "scales": scale,
        "upscalers": upscaler,
        "degradation": degradation,
    }
    frame = read(opened, category=category, classes=label, **chosen)
    shown = {"original_probability": number(3), "upscaled_probability": number(3)}
    print_frame(frame, "json" if as_json else form, formatters=shown)
    if frame.empty:
        tell("no prediction changed")
    if rules and _broken(_table(opened, **chosen), rules, upscaler):
        raise typer.Exit(RULE_BROKEN)


def explain(
    sample: Annotated[str, typer.Argument(metavar="SAMPLE", help="As `srlab flips` names it.")],
    benchmark: _SET = None,
    classifier: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FOLDER|HUB-ID", help="The classifier (default: the one that looked)."
        ),
    ] = None,
    upscaler: _UPSCALERS = [],  # noqa: B006
    scale: _SCALES = [],  # noqa: B006
    method: Annotated[
        list[str],
        typer.Option(
            metavar="NAME", help="occlusion, or rollout for a vision transformer; repeatable."
        ),
    ] = ["occlusion", "rollout"],  # noqa: B006
    device: DeviceOption = "auto",
    store: StoreOption = None,
) -> None:
    """Map where a classifier's evidence moved.

    Pictures of the original, the upscaled image and their difference are made, kept in the store
    and shown in the app; here their files are named. Without -u and -s all flips of the sample
    are explained.
    """
    from srlab.classification.explain import explain as make
    from srlab.classification.explain import find_classifier, find_subjects, parse_methods
    from srlab.classifiers.catalog import describe_classifier
    from srlab.cli.progress import make_progress
    from srlab.store.store import Store

    methods = parse_methods(method)
    opened = Store.open(store)
    info = describe_classifier(classifier) if classifier else None
    subjects = find_subjects(
        opened,
        sample,
        benchmark=benchmark,
        classifier=info.name if info else None,
        upscalers=upscaler,
        scales=scale,
    )
    info = info or find_classifier(opened, subjects)
    for made in make(
        opened, subjects, info, methods=methods, device=device, progress=make_progress()
    ):
        subject = made.subject
        typer.echo(f"{sample} x{subject.scale} {subject.upscaler}, {made.method}:")
        for role in ("original", "upscaled", "difference"):
            typer.echo(f"  {role}: {opened.maps.path(getattr(made, role))}")


def _print_changes(
    opened: Store, done: Classified, rules: list[Any], degradation: str | None
) -> bool:
    """The four-way table and its sentences; whether a rule is broken."""
    from srlab.report import flip_words

    table = _table(
        opened,
        benchmarks=[done.benchmark],
        classifiers=[done.classifier],
        scales=done.scales,
        upscalers=["small", *done.upscalers],
        samples=done.samples,
        degradation=degradation,
    )
    if table.empty:
        tell("nothing could be held against its original")
        return _broken(table, rules, list(done.asked))
    columns = ["upscaler", "scale", "n", "kept_right", "harmed", "rescued", "kept_wrong"]
    columns += ["changed_wrong", "accuracy", "original_accuracy", "mcnemar_p", "holm_p", "family"]
    shares = dict.fromkeys(("accuracy", "original_accuracy"), number(3))
    ps = dict.fromkeys(("mcnemar_p", "holm_p"), p_value)
    typer.echo("")
    print_frame(table[columns], "table", formatters={**shares, **ps})
    typer.echo("")
    for row in cast("list[dict[str, Any]]", table.to_dict("records")):
        place = flip_words.place(row["upscaler"], row["scale"])
        typer.echo(f"{place}: {flip_words.changed(row)}.")
        if missing := flip_words.left_out(row):
            tell(f"{place}: {missing}")
    return _broken(table, rules, list(done.asked))


def _table(opened: Store, **chosen: Any) -> pd.DataFrame:
    """The four-way table of what was chosen; p adjusted over all that the store holds."""
    from srlab.analysis.compared import against_original
    from srlab.analysis.predictions import predictions
    from srlab.analysis.transitions import transitions

    every = predictions(opened, **{**chosen, "upscalers": ()})
    compared = against_original(predictions(opened, **chosen))
    return transitions(compared, every=against_original(every))


def _broken(table: pd.DataFrame, rules: list[Any], upscalers: list[str]) -> bool:
    """Say which rules are broken by the upscalers named, or else by any upscaler."""
    from srlab.report.flip_words import breach

    named = table["upscaler"].isin(upscalers) if upscalers else table["arm"] == "upscaled"
    breaches = [found for rule in rules for found in rule.check(table[named])]
    for found in breaches:
        tell(breach(found))
    return bool(breaches)
