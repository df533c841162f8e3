"""Which features are asked for: ``view:feature``, ``view@2:feature``, ``view``; and how columns are named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ml_analytics.core.errors import NotFoundError, ParameterError

from .definitions import FeatureView

_REFERENCE = re.compile(r"(?P<view>[^:@]+)(?:@(?P<version>[0-9]{1,9}))?(?::(?P<feature>.+))?", re.DOTALL)
Lookup = Callable[[str, int | None], FeatureView]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One feature that is asked for."""

    view: FeatureView
    feature: str


def parse(reference: object, owner: str) -> tuple[str, int | None, str | None]:
    """Return view, version and feature of a reference.

    >>> parse("user_spend@2:spend_7d", "get_online_features")
    ('user_spend', 2, 'spend_7d')
    """
    found = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
    if found is None:
        raise ParameterError.of(
            "features", owner, "references like 'view:feature', 'view@2:feature' or 'view'", reference
        )
    version = found["version"]
    return found["view"], None if version is None else int(version), found["feature"]


def resolve(references: object, lookup: Lookup, owner: str) -> list[Wanted]:
    """Return every feature that is asked for, once, in order; a view alone stands for all it has.

    Raises:
        ParameterError: no references.
        NotFoundError: a view or feature does not exist.
    """
    if isinstance(references, (str, FeatureView)):
        references = [references]
    if not isinstance(references, Sequence) or not references:
        raise ParameterError.of("features", owner, "a list of references like 'view:feature'", references)
    wanted: dict[tuple[str, str], Wanted] = {}
    views: dict[tuple[str, int | None], FeatureView] = {}
    for one in references:
        text = one.reference if isinstance(one, FeatureView) else one
        name, version, feature = parse(text, owner)
        if (name, version) not in views:
            views[name, version] = lookup(name, version)
        view = views[name, version]
        if feature is not None and feature not in view.features:
            raise NotFoundError(
                f"The feature view '{view.reference}' has no feature '{feature}': it has {', '.join(view.features)}."
            )
        for chosen in view.features if feature is None else (feature,):
            wanted.setdefault((view.reference, chosen), Wanted(view, chosen))
    return list(wanted.values())


def column_names(wanted: Sequence[Wanted], taken: Iterable[str], *, full: bool, owner: str) -> list[str]:
    """Name the columns: ``feature``; ``view__feature`` when asked or ambiguous; then ``view@2__feature``.

    Raises:
        ParameterError: a name is a column of the entities even so.
    """
    forms = [
        [one.feature for one in wanted],
        [f"{one.view.name}__{one.feature}" for one in wanted],
        [f"{one.view.reference}__{one.feature}" for one in wanted],
    ]
    reserved = set(taken)
    level = [1 if full else 0] * len(wanted)
    while True:
        names = [forms[depth][place] for place, depth in enumerate(level)]
        counts = Counter(names)
        clashing = [place for place, name in enumerate(names) if counts[name] > 1 or name in reserved]
        if not clashing:
            return names
        for place in clashing:
            if level[place] == 2:
                raise ParameterError.of(
                    "entities",
                    owner,
                    f"without a column '{names[place]}', which is a feature",
                    sorted(reserved),
                )
            level[place] += 1


def by_view(wanted: Sequence[Wanted]) -> dict[str, list[int]]:
    """Return the places of each view's features."""
    places: dict[str, list[int]] = {}
    for place, one in enumerate(wanted):
        places.setdefault(one.view.reference, []).append(place)
    return places
