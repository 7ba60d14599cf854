#include "core/oauth/provider_text.h"

namespace pamjwt::oauth {

std::string ShowProviderText(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, kMaxShownText)) {
    const bool is_plain = c >= ' ' && c <= '~' && c != '"';
    shown += is_plain ? c : '?';
  }
  if (text.size() > kMaxShownText) shown += "...";
  return shown + "\"";
}

}  // namespace pamjwt::oauth
