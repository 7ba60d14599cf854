// The input is a url of the configuration, or what a library says of it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/library_text.h"
#include "core/base/url.h"
#include "core/config/store_url.h"
#include "fuzz/property.h"

namespace pamjwt {
namespace {

using test::Require;

/// Checks that the password is hidden between `before` and `after` in what a library says.
void CheckHidden(const std::string& before, std::string_view password, const std::string& after,
                 std::string_view secret) {
  // A password that is a part of the words around it, or of "***" and "?", cannot be told apart.
  const bool is_told_apart = !password.empty() &&
                             (before + after).find(password) == std::string::npos &&
                             password.find_first_of("*?") == std::string_view::npos;
  const std::string shown = ShowLibraryText(before + std::string(password) + after, secret);
  Require(!is_told_apart || shown.find(password) == std::string::npos, "a password is not shown");
  Require(shown.find('\n') == std::string::npos, "a message is one line");
}

void CheckUrl(std::string_view text) {
  const Result<Url> url = ParseUrl(text, Reason::kConfigInvalid);
  if (!url.ok()) return;
  const std::string again = FormatUrl(url.value());
  // Percent-encoding may make the text longer than a url may be.
  if (again.size() > kMaxUrlBytes) return;
  const Result<Url> parsed = ParseUrl(again, Reason::kConfigInvalid);
  Require(parsed.ok() && parsed.value() == url.value(), "what is formed is read as the same");
  Require(FormatUrl(parsed.value()) == again, "and formed to the same text");
  Require(again.find_first_of(" \r\n\\") == std::string::npos, "a url is one word");
  const std::string authority =
      again.substr(0, again.size() - url.value().rest.size()).substr(url.value().scheme.size() + 3);
  const std::size_t at = authority.find('@');
  Require(at == std::string::npos || authority.substr(0, at).find(':') == std::string::npos,
          "there is no password");
}

/// Checks that a url with this password is refused, unless its bytes end the host.
void CheckRefused(std::string_view password) {
  const bool is_whole = password.find_first_of("/?#\\") == std::string_view::npos;
  const std::string behind = "svc:" + std::string(password) + "@proxy:1";
  if (is_whole) {
    Require(!ParseUrl("http://" + behind, Reason::kConfigInvalid).ok(), "no url has a password");
  }
  Require(!ParseProxyUrl("http://" + behind, Reason::kConfigInvalid).ok(), "no proxy has one");
  Require(!ParseStoreUrl("rediss://" + behind).ok(), "no store has one");
}

}  // namespace
}  // namespace pamjwt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = pamjwt::AsText({data, size});
  pamjwt::CheckUrl(text);
  pamjwt::CheckRefused(text);
  pamjwt::CheckHidden("Unsupported proxy syntax in 'http://svc:", text, "@proxy:1'", "");
  pamjwt::CheckHidden("ERR unknown command, with args `", text, "`, x", text);
  return 0;
}
