#include "jwt-sso/profile/host_patterns.h"

#include <cstddef>

#include "core/base/ascii.h"

namespace pamjwt::sso {
namespace {

/// Checks whether `text` matches one pattern without "!".
bool Matches(std::string_view pattern, std::string_view text) {
  std::size_t in_pattern = 0;
  std::size_t in_text = 0;
  std::size_t star = std::string_view::npos;  // the last star, which so far stands for the text
  std::size_t star_begin = 0;                 // from here to in_text
  while (in_text < text.size()) {
    const char wanted = in_pattern < pattern.size() ? pattern[in_pattern] : '\0';
    if (wanted == '*') {
      star = in_pattern++;
      star_begin = in_text;
    } else if (in_pattern < pattern.size() &&
               (wanted == '?' || ToLowerAscii(wanted) == ToLowerAscii(text[in_text]))) {
      ++in_pattern;
      ++in_text;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      in_text = ++star_begin;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

}  // namespace

bool MatchesHost(const std::vector<std::string>& patterns, std::string_view host) {
  bool matches = false;
  for (const std::string_view pattern : patterns) {
    const bool excludes = pattern.starts_with('!');
    if (!Matches(pattern.substr(excludes ? 1 : 0), host)) continue;
    if (excludes) return false;
    matches = true;
  }
  return matches;
}

}  // namespace pamjwt::sso
