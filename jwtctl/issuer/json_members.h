#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// A member of an object that is to be written.
struct JsonMemberText {
  std::string name;
  std::string json;  ///< its value, as JSON text
};

/// Reads NAME=TEXT, where the value is a string, or NAME:=JSON, where it is any JSON value, which
/// is kept as it stands (the convention of HTTPie). Errors: kConfigInvalid if there is no name, or
/// if the text behind := is not one JSON value.
Result<JsonMemberText> ParseJsonMember(std::string_view argument);

/// Returns one object with the members that `arguments` give, and then those of `defaults` whose
/// names were not given. Errors: kConfigInvalid if a name is given twice, or a text is not UTF-8.
Result<std::string> WriteJsonObject(const std::vector<std::string>& arguments,
                                    const std::vector<JsonMemberText>& defaults);

}  // namespace pamjwt::ctl
