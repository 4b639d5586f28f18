#!/usr/bin/env bash
# Builds the benchmarks and runs them. Benchmarks are not tests: nothing fails for being slow.
#
#   Benchmarks/run.sh                  the whole library: training steps of several networks, one line each
#   Benchmarks/run.sh w3 w4            some of these
#   Benchmarks/run.sh gemm maps steps  kernels alone; gemm against OpenBLAS and oneDNN, if their headers are there
set -euo pipefail
cd "$(dirname "$0")/.."

clang=$(Tools/clang.sh)
kernels=Sources/CShinkeiKernels
build=.build-kernels/bench
mkdir -p "$build"
flags=(-std=gnu11 -O2 -pthread -I"$kernels" -I"$kernels/include")
has() { printf '#include <%s>\n' "$1" | "$clang" -E -x c - >/dev/null 2>&1; }

names=("$@")
if [ $# -eq 0 ]; then names=(w1 w2 w3 w4 w5 w9 w9b w10 replay); fi
for name in "${names[@]}"; do
    case $name in
    gemm)
        if ! has cblas.h || ! has oneapi/dnnl/dnnl.h; then
            echo "gemm: left out; needs OpenBLAS and oneDNN (Debian: libopenblas-dev libdnnl-dev)"
            continue
        fi
        files=("$kernels"/{gemm,isa,threads}.c) libraries=(-lopenblas -ldnnl)
        ;;
    maps) files=("$kernels"/*.c) libraries=() ;;
    steps) files=("$kernels"/{isa,random,steps,steps_baseline,steps_avx2,steps_avx512}.c) libraries=() ;;
    *)
        swift build -c release --package-path Benchmarks --quiet
        Benchmarks/.build/release/bench "$name"
        continue
        ;;
    esac
    "$clang" "${flags[@]}" "Benchmarks/Kernels/${name}_bench.c" "${files[@]}" ${libraries[@]+"${libraries[@]}"} -lm \
        -o "$build/$name"
    echo "== $name"
    "$build/$name"
done
