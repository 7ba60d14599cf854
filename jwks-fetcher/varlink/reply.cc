#include "jwks-fetcher/varlink/reply.h"

#include <algorithm>
#include <utility>

#include "io/fetcher_interface.h"
#include "jwks-fetcher/varlink/interface_text.h"

namespace pamjwt::fetcher {

VarlinkReply SuccessReply(JsonObject parameters) {
  return {"", Json(std::move(parameters))};
}

VarlinkReply ErrorReply(std::string_view error) {
  return {std::string(error), Json(JsonObject())};
}

VarlinkReply ServiceErrorReply(std::string_view error, std::string_view parameter,
                               std::string_view about) {
  return {std::string(kServiceInterface) + "." + std::string(error),
          Json(JsonObject{{std::string(parameter), Json(std::string(about))}})};
}

VarlinkReply InvalidParameterReply(std::string_view name) {
  return ServiceErrorReply("InvalidParameter", "parameter", name);
}

VarlinkReply UnknownMethodReply(const std::string& method) {
  const std::string interface = method.substr(0, method.rfind('.'));
  const bool is_ours = interface == kFetcherInterface || interface == kServiceInterface;
  if (is_ours) return ServiceErrorReply("MethodNotFound", "method", method);
  return ServiceErrorReply("InterfaceNotFound", "interface", interface);
}

std::optional<std::string> UnknownParameter(const Json& parameters,
                                            std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : *parameters.AsObject()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  }
  return std::nullopt;
}

}  // namespace pamjwt::fetcher
