set -eu
cd "$1"

# What the packages' configuration would have chosen among alternatives: where NumPy finds its algebra.
for folder in usr/lib/*/blas usr/lib/*/lapack; do
  name=lib$(basename "$folder").so.3
  ln -s "$(basename "$folder")/$name" "$(dirname "$folder")/$name"
done

# What serving needs nothing of: ONNX Runtime for programs in C++ (Python has its own copy), its provider
# for oneDNN, its tools and their algebra, and what NumPy is extended with.
rm -rf usr/lib/*/libonnxruntime.so* usr/lib/*/libonnxruntime_providers_dnnl.so usr/lib/*/libdnnl.so*
cd usr/lib/python3/dist-packages
rm -rf onnxruntime/quantization onnxruntime/tools onnxruntime/transformers onnxruntime/datasets
rm -rf sympy sympy-* mpmath mpmath-* isympy.py coloredlogs coloredlogs-* humanfriendly humanfriendly-*
rm -rf numpy/_core/include numpy/f2py numpy/tests numpy/*/tests

# Debian's ONNX Runtime and its libonnx both register all operators, and the second of them says of each
# one on stderr that it is there already, 567 times, when the first model is loaded. So a first one (the
# smallest: y = x) is loaded as soon as it is imported, with stderr put away.
cat >>onnxruntime/__init__.py <<'PYTHON'


def _register_operators_quietly() -> None:
    import base64
    import os

    model = base64.b64decode(
        "CAcSADovChAKAXgSAXkiCElkZW50aXR5EgFnWgsK"
        "AXgSBgoECAESAGILCgF5EgYKBAgBEgBCBAoAEA0="
    )
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        InferenceSession(model, providers=["CPUExecutionProvider"])
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


_register_operators_quietly()
PYTHON
cd "$1"

# Compiled here, since the file system of a container is read-only: importing takes a third of the time.
# An image for another processor than this one's does without.
if chroot . /usr/bin/python3 -B -c '' 2>/dev/null; then
  chroot . /usr/bin/python3 -B -m compileall -q --invalidation-mode unchecked-hash usr/lib/python3 usr/lib/python3.13
fi
