#pragma once

// The header alone, without exceptions: its CMake target would link a shared library.
// With <charconv>: its other way to read numbers would bring streams and locales into the module.
#define TOML_HEADER_ONLY 1
#define TOML_FLOAT_CHARCONV 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
// Its assertions say of text what nobody has checked yet ("[=" is one): they would end the process,
// or be believed by the optimiser. Without them the parser refuses such text.
#define TOML_ASSERT(expr) static_assert(true)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")
