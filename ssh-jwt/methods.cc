#include "ssh-jwt/methods.h"

#include <cstddef>
#include <string>

namespace pamjwt::ssh {
namespace {

/// Returns where the method `name` begins in `methods`, or npos.
std::size_t Find(std::string_view methods, std::string_view name) {
  const std::string enclosed = "," + std::string(methods) + ",";
  return enclosed.find("," + std::string(name) + ",");
}

}  // namespace

bool HasMethod(std::string_view methods, std::string_view name) {
  return Find(methods, name) != std::string_view::npos;
}

std::string_view MethodsBeforeToken(std::string_view preferred) {
  constexpr std::string_view kBeforeByDefault = "gssapi-with-mic,hostbased,publickey";
  if (preferred.empty()) return kBeforeByDefault;
  return preferred.substr(0, Find(preferred, kKeyboardInteractive));
}

Status CheckTokenCanBeGiven(std::string_view preferred) {
  if (preferred.empty() || HasMethod(preferred, kKeyboardInteractive)) return Ok();
  return Error{Reason::kConfigInvalid,
               "PreferredAuthentications is " + std::string(preferred) +
                   ", so ssh gives no token: add keyboard-interactive to it"};
}

}  // namespace pamjwt::ssh
