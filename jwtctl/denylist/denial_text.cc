#include "jwtctl/denylist/denial_text.h"

#include "io/clock.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {

std::string Show(const Denial& denial) {
  std::string text = std::string(Name(denial.kind)) + " " + denial.value;
  if (!denial.issuer.empty()) {
    text += " of " + denial.issuer;
  }
  if (denial.before.has_value()) {
    text += ", tokens issued before " + ShowTimeFrom(Now(), *denial.before);
  }
  return Printable(text);
}

std::string Show(const DenylistDamage& damage) {
  constexpr std::size_t kMostBytes = 200;
  std::string text = "line " + std::to_string(damage.line) + ": " + damage.why;
  if (!damage.text.empty()) text += ": " + damage.text.substr(0, kMostBytes);
  return Printable(text);
}

}  // namespace pamjwt::ctl
