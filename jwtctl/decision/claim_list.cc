#include "jwtctl/decision/claim_list.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "core/claims/claim_name.h"
#include "jwtctl/config/dotted_claim.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

/// Returns the name of a top-level member. An empty name, or one that looks like a pointer, can
/// only be written as a pointer. A name that looks like a path with dots is written as a pointer
/// too, since jwtctl check warns of it otherwise.
std::string TopLevelName(const std::string& name) {
  const bool is_plain = !name.empty() && name.front() != '/' && !LooksLikeDottedPath(name);
  return is_plain ? name : "/" + EscapePointerStep(name);
}

/// Returns whether a claim is a time (RFC 7519 §4.1, OpenID Connect Core §2 and §5.1).
bool IsDate(std::string_view name) {
  constexpr std::array<std::string_view, 5> kDates = {"exp", "nbf", "iat", "auth_time",
                                                      "updated_at"};
  return std::find(kDates.begin(), kDates.end(), name) != kDates.end();
}

std::string ShowDate(const Json& value, UnixTime now) {
  constexpr double kMost = 1e15;
  std::optional<double> seconds;
  if (value.AsInt() != nullptr) seconds = static_cast<double>(*value.AsInt());
  if (value.AsDouble() != nullptr) seconds = *value.AsDouble();
  if (!seconds.has_value() || !(std::fabs(*seconds) < kMost)) return "";
  const std::string time =
      ShowTimeFrom(now, UnixTime{static_cast<std::int64_t>(std::floor(*seconds))});
  return time.empty() ? "" : "  " + time;
}

/// Returns `text`. If it is longer than kMaxShownBytes, returns its beginning, which ends with a
/// whole character, and its length.
std::string Bounded(const std::string& text) {
  if (text.size() <= kMaxShownBytes) return text;
  std::size_t end = kMaxShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) {
    --end;
  }
  return text.substr(0, end) + "... (" + std::to_string(text.size()) + " bytes)";
}

/// Checks whether the names of the members may be what matters, as in the roles of Zitadel: every
/// member is an object.
bool MayBeValues(const JsonObject& members) {
  return std::all_of(members.begin(), members.end(),
                     [](const JsonMember& member) { return member.second.AsObject() != nullptr; });
}

/// Returns the names of the members as an array.
Json NamesOf(const JsonObject& members) {
  JsonArray names;
  for (const JsonMember& member : members) {
    names.push_back(JsonString(member.first));
  }
  return Json(std::move(names));
}

/// Lists the members of an object, and of the objects in it.
class ClaimLister {
 public:
  explicit ClaimLister(UnixTime now) : now_(now) {}

  std::vector<ListedClaim> List(const JsonObject& object) {
    for (const auto& [name, value] : object) {
      Add(TopLevelName(name), "/" + EscapePointerStep(name), value);
    }
    return std::move(claims_);
  }

 private:
  /// Adds a value under its name. Of an object with members, adds each member instead, and the
  /// names of the members if they may be values themselves.
  void Add(const std::string& name, const std::string& pointer, const Json& value) {
    const JsonObject* const members = value.AsObject();
    if (members == nullptr || members->empty()) {
      const std::string date = IsDate(name) ? ShowDate(value, now_) : "";
      claims_.push_back({Printable(name), std::string(value.TypeName()),
                         Printable(Bounded(ToJsonText(value))) + date});
      return;
    }
    if (MayBeValues(*members)) {
      claims_.push_back(
          {Printable(pointer + "/*"), "names", Printable(Bounded(ToJsonText(NamesOf(*members))))});
    }
    // The parser bounds the depth.
    for (const JsonMember& member : *members) {
      const std::string below = pointer + "/" + EscapePointerStep(member.first);
      Add(below, below, member.second);
    }
  }

  UnixTime now_;
  std::vector<ListedClaim> claims_;
};

}  // namespace

std::vector<ListedClaim> ListClaims(const Json& object, UnixTime now) {
  return ClaimLister(now).List(*object.AsObject());
}

}  // namespace pamjwt::ctl
