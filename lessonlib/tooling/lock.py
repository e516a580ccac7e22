"""Rewrite requirements.lock from the current environment: ``python -m lessonlib.tooling.lock``.

Run it in an environment where ``python course.py test`` is green, and commit the result.
"""

from importlib import metadata

from lessonlib.tooling.requirements import LOCK, Requirement, canonical, required

# Parts of one platform's torch build. Elsewhere they do not exist, and torch pins its own.
PLATFORM_SPECIFIC = ("nvidia-", "cuda-", "triton")

EXTRAS = ("test", "site")

HEADER = """\
# Exact versions that `python course.py test` proved. course.py gives them to pip as constraints (-c),
# so a line only matters where its package is needed: any system, Python 3.11 and newer.
# Rewrite with: python -m lessonlib.tooling.lock
"""


def closure(requirements):
    """Return every distribution that the requirements bring along here, as name → version."""
    found = {}
    queue = [(requirement, "") for requirement in requirements]
    seen = set()
    while queue:
        requirement, extra = queue.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        key = (canonical(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            distribution = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError:
            continue
        found[canonical(distribution.name)] = distribution.version
        for line in distribution.requires or ():
            queue += [(Requirement(line), wanted) for wanted in ("", *requirement.extras)]
    return found


def lock_text():
    """Return the content of requirements.lock for the current environment."""
    versions = closure(required(extras=EXTRAS))
    lines = [
        f"{name}=={version.split('+')[0]}"  # "+cpu" names a build that PyPI does not have
        for name, version in sorted(versions.items())
        if not name.startswith(PLATFORM_SPECIFIC)
    ]
    return HEADER + "\n".join(lines) + "\n"


if __name__ == "__main__":
    LOCK.write_text(lock_text(), encoding="utf-8", newline="\n")
    print(f"{LOCK.name}: {lock_text().count('==')} pacotes")
