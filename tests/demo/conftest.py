"""A demo city for all the tests of a worker."""

from collections.abc import Iterator

import pytest

from secscan.demo import City


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with City(tmp_path_factory.mktemp("city")) as standing:
        yield standing
