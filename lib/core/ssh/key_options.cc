#include "core/ssh/key_options.h"

#include <algorithm>
#include <array>

namespace pamjwt {
namespace {

constexpr std::array<std::string_view, 12> kOptions = {
    "restrict",       "verify-required",    "pty",        "no-pty",           "port-forwarding",
    "user-rc",        "no-port-forwarding", "no-user-rc", "agent-forwarding", "no-agent-forwarding",
    "X11-forwarding", "no-X11-forwarding"};

}  // namespace

bool IsKeyOptions(std::string_view text) {
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view option = text.substr(0, comma);
    if (std::find(kOptions.begin(), kOptions.end(), option) == kOptions.end()) return false;
    if (comma == text.size()) return true;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace pamjwt
