"""One thread, whatever was set: the last bits of a model do not depend on the environment."""

import scipy.linalg  # noqa: F401  its BLAS is another one than NumPy's
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from appmodel.predictors.threads import one_thread


def blas():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_torch_and_blas_compute_on_one_thread_and_get_theirs_back():
    with threadpool_limits(2, user_api="blas"):
        torch.set_num_threads(2)
        with one_thread():
            assert torch.get_num_threads() == 1
            assert len(blas()) >= 2
            assert set(blas()) == {1}
        assert torch.get_num_threads() == 2
        assert set(blas()) == {2}
    torch.set_num_threads(1)
