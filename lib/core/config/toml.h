#pragma once

// The header alone, without exceptions: its CMake target would link a shared library.
// With <charconv>: its other way to read numbers would bring streams and locales into the module.
#define TOML_HEADER_ONLY 1
#define TOML_FLOAT_CHARCONV 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <toml++/toml.h>
