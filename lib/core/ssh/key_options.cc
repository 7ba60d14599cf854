#include "core/ssh/key_options.h"

#include <algorithm>
#include <array>
#include <optional>

namespace pamjwt {
namespace {

constexpr std::array<std::string_view, 5> kFeatures = {"pty", "port-forwarding", "agent-forwarding",
                                                       "X11-forwarding", "user-rc"};
constexpr std::string_view kRestrict = "restrict";
constexpr std::string_view kVerify = "verify-required";
constexpr std::string_view kNo = "no-";

/// Says what a list of options permits, as sshd reads it.
struct Meaning {
  std::array<bool, kFeatures.size()> permitted = {true, true, true, true, true};
  bool wants_verification = false;

  /// Adds the next option. It replaces what those before it said. Returns whether it is known.
  bool Add(std::string_view option) {
    if (option == kRestrict) {
      permitted.fill(false);
      return true;
    }
    if (option == kVerify) {
      wants_verification = true;
      return true;
    }
    const bool is_permitted = !option.starts_with(kNo);
    if (!is_permitted) option.remove_prefix(kNo.size());
    const auto* const feature = std::find(kFeatures.begin(), kFeatures.end(), option);
    if (feature == kFeatures.end()) return false;
    permitted[static_cast<std::size_t>(feature - kFeatures.begin())] = is_permitted;
    return true;
  }
};

/// Returns the meaning of a list of options, or nullopt if one of them is not known.
std::optional<Meaning> Read(std::string_view text) {
  Meaning meaning;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (!meaning.Add(text.substr(0, comma))) return std::nullopt;
    if (comma == text.size()) return meaning;
    text.remove_prefix(comma + 1);
  }
}

std::string Format(const Meaning& meaning) {
  std::string out(kRestrict);
  for (std::size_t i = 0; i < kFeatures.size(); ++i) {
    if (meaning.permitted[i]) out.append(",").append(kFeatures[i]);
  }
  if (meaning.wants_verification) out.append(",").append(kVerify);
  return out;
}

}  // namespace

bool IsKeyOptions(std::string_view text) {
  return Read(text).has_value();
}

std::string StrictestKeyOptions(std::string_view one, std::string_view other) {
  if (one.empty() || one == other) return std::string(other);
  if (other.empty()) return std::string(one);
  Meaning both = Read(one).value();
  const Meaning second = Read(other).value();
  for (std::size_t i = 0; i < kFeatures.size(); ++i) {
    both.permitted[i] = both.permitted[i] && second.permitted[i];
  }
  both.wants_verification = both.wants_verification || second.wants_verification;
  return Format(both);
}

bool WantVerification(std::string_view options) {
  const std::optional<Meaning> meaning = Read(options);
  return meaning.has_value() && meaning->wants_verification;
}

}  // namespace pamjwt
