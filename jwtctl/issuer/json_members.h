#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// One member of an object that is being written.
struct JsonMemberText {
  std::string name;
  std::string json;  ///< its value, as JSON text
};

/// NAME=TEXT, a string, or NAME:=JSON, which is taken as it stands (the convention of HTTPie).
/// Errors: kConfigInvalid without a name, or if JSON is none.
Result<JsonMemberText> ParseJsonMember(std::string_view argument);

/// All of them, and then those of `defaults` whose name none of them has, as one object.
/// Errors: kConfigInvalid for a name given twice, or text that is no UTF-8.
Result<std::string> WriteJsonObject(const std::vector<std::string>& arguments,
                                    const std::vector<JsonMemberText>& defaults);

}  // namespace pamjwt::ctl
