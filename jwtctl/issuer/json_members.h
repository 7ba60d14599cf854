#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// A member of a JSON object that will be written.
struct JsonMemberText {
  std::string name;
  std::string json;  ///< its value, as JSON text
};

/// Reads NAME=TEXT, whose value is a string, or NAME:=JSON, whose value is any JSON value and stays
/// as it is written (the convention of HTTPie). Errors: kConfigInvalid if there is no equals sign
/// or no name, or if the text behind := is not one JSON value.
Result<JsonMemberText> ParseJsonMember(std::string_view argument);

/// Returns one object with the members that `arguments` give, and then those of `defaults` whose
/// names were not given. Errors: those of ParseJsonMember; kConfigInvalid if a name is given twice,
/// or a text is not UTF-8, or the object has more than 1 MiB.
Result<std::string> WriteJsonObject(const std::vector<std::string>& arguments,
                                    const std::vector<JsonMemberText>& defaults);

}  // namespace pamjwt::ctl
