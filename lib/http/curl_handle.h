#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>

#include <curl/curl.h>

#include "core/base/openssl_ptr.h"
#include "core/base/result.h"

namespace pamjwt::http {

// Handles of libcurl that free themselves.
using CurlEasyPtr = std::unique_ptr<CURL, FreeWith<&curl_easy_cleanup>>;
using CurlMultiPtr = std::unique_ptr<CURLM, FreeWith<&curl_multi_cleanup>>;
using CurlSlistPtr = std::unique_ptr<curl_slist, FreeWith<&curl_slist_free_all>>;

/// A type that can be the number of an option.
template <typename T>
concept CurlNumber = std::integral<T> || std::is_enum_v<T>;

/// A setter for the options of one handle. After the first error it sets nothing more.
class CurlOptions {
 public:
  /// Sets options of `handle`, which must outlive this object.
  explicit CurlOptions(CURL* handle) : handle_(handle) {}

  /// Sets a number, converted to the type that libcurl reads for this option: long or curl_off_t.
  CurlOptions& Set(CURLoption option, CurlNumber auto value) {
    if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
      return SetRaw(option, static_cast<curl_off_t>(value));
    }
    return SetRaw(option, static_cast<long>(value));  // NOLINT(google-runtime-int): libcurl's type
  }
  CurlOptions& Set(CURLoption option, const std::string& value) {
    return SetRaw(option, value.c_str());  // copied by libcurl
  }
  CurlOptions& Set(CURLoption option, const char* value) { return SetRaw(option, value); }
  /// Sets a pointer: to a callback, or to data that must outlive the exchange.
  template <typename T>
  CurlOptions& Set(CURLoption option, T* value) {
    return SetRaw(option, value);
  }

  /// Returns whether all options were set. Errors: kInternal, with libcurl's text for the first
  /// option that it refused.
  [[nodiscard]] Status status() const {
    if (code_ == CURLE_OK) return Ok();
    return Error{Reason::kInternal, std::string("libcurl: option: ") + curl_easy_strerror(code_)};
  }

 private:
  template <typename T>
  CurlOptions& SetRaw(CURLoption option, T value) {
    if (code_ == CURLE_OK) {
      code_ = curl_easy_setopt(handle_, option, value);
    }
    return *this;
  }

  CURL* handle_;
  CURLcode code_ = CURLE_OK;
};

}  // namespace pamjwt::http
