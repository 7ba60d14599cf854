#include "bench/denylist_text.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

#include "core/denylist/denial.h"
#include "core/denylist/denylist.h"
#include "core/denylist/sorted_denials.h"

namespace pamjwt::bench {
namespace {

/// Returns a subject as Keycloak makes them, a UUID.
std::string StrangersSubject(std::mt19937& random) {
  const auto part = [&](unsigned bits) { return static_cast<unsigned>(random()) >> (32U - bits); };
  char text[40];
  (void)std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%08x%04x", part(32), part(16),
                      part(16), part(16), part(32), part(16));
  return text;
}

/// Returns the first line for a list that was made in 2027 and ends with the year 9999.
std::string Head(std::size_t entries, std::size_t bytes) {
  return R"({"format":1,"url":"https://ops.example.com/denied.jwt","serial":1,"iat":1800000000,)"
         R"("exp":253402300799,"payload":"sha256:)" +
         std::string(64, '0') + R"(","entries":)" + std::to_string(entries) + R"(,"bytes":)" +
         std::to_string(bytes) + "}\n";
}

}  // namespace

std::string FleetListText(const std::string& issuer, std::size_t entries) {
  std::mt19937 random(1);
  std::vector<std::string> lines(entries);
  std::generate(lines.begin(), lines.end(), [&] {
    return FormatDenial({Denial::Kind::kSubject, issuer, StrangersSubject(random), {}, {1}});
  });
  std::sort(lines.begin(), lines.end());
  const std::string text = std::accumulate(lines.begin(), lines.end(), std::string());
  std::string list = Head(entries, text.size()) + text;
  if (!ParseSortedDenials(list).ok()) throw std::runtime_error("the list of the fleet is damaged");
  return list;
}

std::string FullDenylistText(const std::string& issuer) {
  std::mt19937 random(2);
  std::string list = "{\"format\":1}\n";
  while (true) {
    const std::string line =
        FormatDenial({Denial::Kind::kSubject, issuer, StrangersSubject(random), {}, {1}});
    if (list.size() + line.size() > kMaxDenylistBytes) return list;
    list += line;
  }
}

}  // namespace pamjwt::bench
