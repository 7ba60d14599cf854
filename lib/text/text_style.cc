#include "text/text_style.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

namespace pamjwt {

TextStyle TextStyle::OfStandardOutput() {
  if (isatty(STDOUT_FILENO) != 1) return {};
  const auto variable = [](const char* name) {
    const char* const value = getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  setlocale(LC_CTYPE, "");
  TextStyle style;
  style.is_coloured = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  style.is_utf8 = std::string_view(nl_langinfo(CODESET)) == "UTF-8";
  return style;
}

std::string TextStyle::Paint(Colour colour, std::string_view text) const {
  if (!is_coloured) return std::string(text);
  const char* start = "";
  switch (colour) {
    case Colour::kGreen:
      start = "\x1b[32m";
      break;
    case Colour::kRed:
      start = "\x1b[31m";
      break;
    case Colour::kBold:
      start = "\x1b[1m";
      break;
    case Colour::kFaint:
      start = "\x1b[2m";
      break;
  }
  return start + std::string(text) + "\x1b[0m";
}

std::string TextStyle::Mark(bool ok) const {
  if (ok) return Paint(Colour::kGreen, is_utf8 ? "\xe2\x9c\x93  " : "ok ");
  return Paint(Colour::kRed, is_utf8 ? "\xe2\x9c\x97  " : "no ");
}

}  // namespace pamjwt
