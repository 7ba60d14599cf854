#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "io/varlink.h"

namespace pamjwt::fetcher {

// What the methods of both sockets are answered with.

VarlinkReply SuccessReply(JsonObject parameters);
/// An error by its full name, without parameters.
VarlinkReply ErrorReply(std::string_view error);
/// An error of org.varlink.service, whose one parameter says what it is about.
VarlinkReply ServiceErrorReply(std::string_view error, std::string_view parameter,
                               std::string_view about);
VarlinkReply InvalidParameterReply(std::string_view name);
/// A method that this socket does not have: which part of its name is not known?
VarlinkReply UnknownMethodReply(const std::string& method);

/// The first parameter other than `known`; none if there is no other.
std::optional<std::string> UnknownParameter(const Json& parameters,
                                            std::initializer_list<std::string_view> known);

}  // namespace pamjwt::fetcher
