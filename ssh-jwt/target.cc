#include "ssh-jwt/target.h"

namespace pamjwt::ssh {

bool IsPlainName(std::string_view name) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@%+-";
  return !name.empty() && name[0] != '-' && name.find_first_not_of(kPlain) == name.npos;
}

}  // namespace pamjwt::ssh
