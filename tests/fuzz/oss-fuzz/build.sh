#!/bin/bash
# Builds the fuzzers as OSS-Fuzz wants them: from $SRC/pam_jwt, with the compiler and the flags of the environment, and
# linked with $LIB_FUZZING_ENGINE. A fuzzer NAME gets its corpus, its dictionary and its options beside it in $OUT.
set -euo pipefail

# The fuzzers run on a machine without the libraries of this one, so they look in $OUT/lib for them. Libraries of
# libraries are found there too, which is why this is the old kind of path.
cmake -S "$SRC/pam_jwt" -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=None -DPAMJWT_MAN=OFF \
  -DPAMJWT_FUZZ=ON -DPAMJWT_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
  -DCMAKE_BUILD_RPATH='$ORIGIN/lib' -DCMAKE_EXE_LINKER_FLAGS=-Wl,--disable-new-dtags
cmake --build "$WORK/build" --target fuzzers

# Prints the libraries of a program. Those of the C library must fit the loader, so the other machine's are taken.
libraries() {
  ldd "$1" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | grep -Ev '/(libc|libm|libdl|librt|libpthread|libresolv)\.so\.'
}

mkdir -p "$OUT/lib"
cd "$SRC/pam_jwt/tests/fuzz"
for program in "$WORK"/build/tests/fuzz/*_fuzzer; do
  name=$(basename "$program")
  parser=${name%_fuzzer}
  cp "$program" "$OUT/$name"
  libraries "$program" | xargs cp -Lut "$OUT/lib"
  cp "$(./dictionary "$parser")" "$OUT/$name.dict"
  cp fuzzer.options "$OUT/$name.options"
  rm -f "$OUT/${name}_seed_corpus.zip"
  zip -qj "$OUT/${name}_seed_corpus.zip" "corpus/$parser"/*
done
