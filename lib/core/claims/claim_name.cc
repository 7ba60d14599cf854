#include "core/claims/claim_name.h"

#include <optional>
#include <utility>

namespace pamjwt {
namespace {

constexpr std::string_view kMembers = "/*";

/// Replaces "~1" with a slash and "~0" with a tilde (RFC 6901 §4). Returns nullopt for another "~".
std::optional<std::string> UnescapePointerStep(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      out += step[i];
      continue;
    }
    ++i;
    if (i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
    out += step[i] == '0' ? '~' : '/';
  }
  return out;
}

}  // namespace

Result<ClaimName> ClaimName::Parse(std::string_view text) {
  if (text.empty()) return Error{Reason::kConfigInvalid, "a claim needs a name"};
  ClaimName name;
  name.text_ = text;
  name.path_ = {name.text_};
  if (text.front() != '/') return name;
  if (text == kMembers) {
    return Error{Reason::kConfigInvalid, "/* would name all claims: name an object in front of it"};
  }

  name.names_members_ = text.ends_with(kMembers);
  if (name.names_members_) text.remove_suffix(kMembers.size());
  name.path_.clear();
  std::string_view rest = text.substr(1);
  while (true) {
    const std::size_t slash = rest.find('/');
    std::optional<std::string> step = UnescapePointerStep(rest.substr(0, slash));
    if (!step.has_value()) {
      return Error{Reason::kConfigInvalid, "a JSON pointer has ~0 for ~ and ~1 for /"};
    }
    name.path_.push_back(std::move(*step));
    if (slash == std::string_view::npos) return name;
    rest.remove_prefix(slash + 1);
  }
}

std::string ClaimName::TextForMembers() const {
  std::string text;
  for (const std::string& step : path_) {
    text += "/" + EscapePointerStep(step);
  }
  return text + std::string(kMembers);
}

std::string EscapePointerStep(std::string_view step) {
  std::string out;
  for (const char c : step) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace pamjwt
