#!/usr/bin/env bash
# Builds the kernels and their tests without Swift and runs them.
#
#   Tests/Kernels/run.sh            on this machine, every instruction set it has
#   Tests/Kernels/run.sh arm64      cross-compiled, under qemu-aarch64; installs nothing
#   Tests/Kernels/run.sh sanitize   on this machine with the address and undefined-behaviour sanitizers, and
#                                   the thread pool with the thread sanitizer
#
# Each test prints "N passed, N failed"; the last line here is the sum. Exits 1 if any check failed, any test
# crashed or did not print that line. CLANG names the compiler; the folder .build-kernels holds what is built.
set -euo pipefail
cd "$(dirname "$0")/../.."

mode=${1:-native}
clang=${CLANG:-$(Tools/clang.sh)}
flags=(-std=gnu11 -O2 -g -Wall -Wextra -ISources/CShinkeiKernels -ISources/CShinkeiKernels/include -pthread)
runner=()

arm64_needs() {
    echo "make test-arm64: $1 is missing; on Debian and Ubuntu: apt-get install gcc-aarch64-linux-gnu qemu-user" >&2
    exit 1
}

case $mode in
native) ;;
arm64)
    command -v aarch64-linux-gnu-gcc >/dev/null || arm64_needs "the C library for arm64 (aarch64-linux-gnu-gcc)"
    command -v qemu-aarch64 >/dev/null || arm64_needs qemu-aarch64
    # Headers, start files and libgcc come with the cross compiler; the code itself is clang's.
    root=/usr/aarch64-linux-gnu
    libgcc=$(dirname "$(aarch64-linux-gnu-gcc -print-libgcc-file-name)")
    flags+=(--target=aarch64-linux-gnu -isystem "$root/include" -B"$libgcc" -B"$root/lib" -L"$libgcc" -L"$root/lib"
        -fuse-ld=lld -Wno-unused-command-line-argument)
    runner=(qemu-aarch64 -L "$root")
    ;;
sanitize)
    flags+=(-fsanitize=address,undefined -fno-sanitize-recover=undefined)
    if [ "$(uname)" = Linux ]; then flags+=(-fuse-ld=lld -Wno-unused-command-line-argument); fi
    ;;
*)
    echo "run.sh: unknown mode \"$mode\"; there are: native, arm64, sanitize" >&2
    exit 2
    ;;
esac

build=.build-kernels/$mode
mkdir -p "$build"

# Objects are kept while they are newer than every source, so that a second run only runs.
sources=(Sources/CShinkeiKernels/*.c)
newest=$(ls -t Sources/CShinkeiKernels/*.[ch] Sources/CShinkeiKernels/include/*.h Tests/Kernels/*.c Tests/Kernels/run.sh | head -n 1)
objects=()
compile() { # source object
    if [ ! -e "$2" ] || [ "$newest" -nt "$2" ]; then "$clang" "${flags[@]}" -c "$1" -o "$2"; fi
}
running=0
for source in "${sources[@]}" Tests/Kernels/*_test.c; do
    object=$build/$(basename "$source" .c).o
    compile "$source" "$object" &
    running=$((running + 1))
    if [ "$running" -ge 2 ]; then
        wait -n
        running=$((running - 1))
    fi
done
while [ "$running" -gt 0 ]; do
    wait -n
    running=$((running - 1))
done
for source in "${sources[@]}"; do objects+=("$build/$(basename "$source" .c).o"); done

passed=0 failed=0 crashed=0
run() { # name, command …
    local name=$1 output status=0
    shift
    output=$("$@" 2>&1) || status=$?
    printf '%s\n' "$output" | sed "s/^/$name: /"
    local line
    line=$(printf '%s\n' "$output" | grep -E '^[0-9]+ passed, [0-9]+ failed$' | tail -n 1 || true)
    if [ -z "$line" ] || { [ "$status" -ne 0 ] && [ "${line##*, }" = "0 failed" ]; }; then
        echo "$name: ended with status $status before its last line, or after passing" >&2
        crashed=$((crashed + 1))
        return
    fi
    passed=$((passed + ${line%% *}))
    line=${line##*, }
    failed=$((failed + ${line%% *}))
}

for test in Tests/Kernels/*_test.c; do
    name=$(basename "$test" .c)
    linked=("${objects[@]}")
    # Has stand-ins of its own for what starts the other kernels.
    if [ "$name" = steps_test ]; then linked=("$build"/{isa,random,steps,steps_baseline,steps_avx2,steps_avx512}.o); fi
    "$clang" "${flags[@]}" "$build/$name.o" "${linked[@]}" -lm -o "$build/$name"
    run "$name" ${runner[@]+"${runner[@]}"} "$build/$name"
done

if [ "$mode" = sanitize ]; then
    # The toolchain's thread sanitizer wants its libdispatch.
    thread_flags=(-fsanitize=thread)
    library=$(dirname "$(dirname "$clang")")/lib/swift/linux
    if [ -e "$library/libdispatch.so" ]; then
        thread_flags+=(-L"$library" -Wl,-rpath,"$library" -ldispatch -lBlocksRuntime)
    fi
    "$clang" -std=gnu11 -O2 -g -pthread Tests/Kernels/threads_test.c Sources/CShinkeiKernels/threads.c \
        "${thread_flags[@]}" -o "$build/threads_test_tsan"
    run threads_test_tsan "$build/threads_test_tsan"
fi

if [ "$crashed" -gt 0 ]; then echo "kernels: $crashed of the tests did not end properly" >&2; fi
echo "kernels ($mode): $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$crashed" -eq 0 ]
