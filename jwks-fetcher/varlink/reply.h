#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "io/varlink.h"

namespace pamjwt::fetcher {

// The replies that the methods of both sockets have in common.

/// Returns the reply of a method that succeeded.
VarlinkReply SuccessReply(JsonObject parameters);
/// Returns an error without parameters. `error` is its full name.
VarlinkReply ErrorReply(std::string_view error);
/// Returns an error of org.varlink.service. `error` is the last part of its name. Its one parameter
/// has the name `parameter` and the value `about`.
VarlinkReply ServiceErrorReply(std::string_view error, std::string_view parameter,
                               std::string_view about);
/// Returns the error for a parameter that is missing, unknown, or of a wrong type.
VarlinkReply InvalidParameterReply(std::string_view name);
/// Returns the error for a method that this socket does not have: MethodNotFound if its interface
/// is known, else InterfaceNotFound.
VarlinkReply UnknownMethodReply(const std::string& method);

/// Returns the name of the first parameter that is not among `known`, or nullopt. `parameters` must
/// be an object.
std::optional<std::string> UnknownParameter(const Json& parameters,
                                            std::initializer_list<std::string_view> known);

}  // namespace pamjwt::fetcher
