#include "jwt-sso/browser/address_query.h"

#include <algorithm>

namespace pamjwt::sso {
namespace {

constexpr std::string_view kAround = " \t\r\n\"'`<>";

}  // namespace

Result<SecretString> QueryOfAddress(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kAround), text.size()));
  text = text.substr(0, text.find_last_not_of(kAround) + 1);
  text = text.substr(0, text.find('#'));
  const std::size_t mark = text.find('?');
  if (mark == std::string_view::npos || mark + 1 == text.size()) {
    return Error{Reason::kMalformed,
                 "the text is not the whole address: it has no ? with something behind it"};
  }
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })) {
    return Error{Reason::kMalformed,
                 "the text is not an address: it has a blank or another "
                 "character in it that must be percent-encoded"};
  }
  return SecretString(text.substr(mark + 1));
}

}  // namespace pamjwt::sso
