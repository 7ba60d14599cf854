#include "jwtctl/decision/inspect.h"

#include <algorithm>
#include <ostream>
#include <string>

#include "core/jose/unverified.h"
#include "jwtctl/decision/claim_list.h"
#include "jwtctl/decision/why_no_jwt.h"
#include "jwtctl/exit_code.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMaxNameColumn = 32;
constexpr std::size_t kTypeColumn = sizeof "boolean" - 1;

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

void Print(const char* title, const Json& object, UnixTime now, std::ostream& out) {
  const std::vector<ListedClaim> claims = ListClaims(object, now);
  std::size_t width = 0;
  for (const ListedClaim& claim : claims) {
    width = std::max(width, std::min(claim.name.size(), kMaxNameColumn));
  }
  out << "\n" << title << "\n";
  for (const ListedClaim& claim : claims) {
    out << "  " << Padded(claim.name, width) << "  " << Padded(claim.type, kTypeColumn) << "  "
        << claim.value << "\n";
  }
}

}  // namespace

int RunInspect(std::string_view token, UnixTime now, std::ostream& out, std::ostream& err) {
  const Result<UnverifiedToken> read = ReadUnverified(token);
  if (!read.ok()) {
    err << "jwtctl inspect: this is "
        << WhyNoJwt(token).value_or("not a JWT: " + read.error().detail) << "\n";
    return kNo;
  }
  out << "Nothing of this is verified: anybody can write a token like this. See jwtctl explain.\n";
  Print("header", read.value().header, now, out);
  Print("claims, each under the name that claim = takes", read.value().payload, now, out);
  return kOk;
}

}  // namespace pamjwt::ctl
