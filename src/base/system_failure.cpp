#include "base/system_failure.hpp"

#include <cerrno>

namespace ddx {

Error to_error(const std::system_error& failure, Aftermath aftermath) {
  switch (failure.code().value()) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {ErrorCode::disk_full, failure.what(), {{Recovery::free_space}}, aftermath};
    case EACCES:
    case EPERM:
      return {ErrorCode::permission, failure.what(), {{Recovery::check_permissions}}, aftermath};
    case EROFS:
      return {ErrorCode::read_only, failure.what(), {{Recovery::check_permissions}}, aftermath};
    case EXDEV:
      return {ErrorCode::cross_device, failure.what(), {}, aftermath};
    case EAGAIN:
      return {ErrorCode::raced, failure.what(), {{Recovery::retry}}, aftermath};
    default:
      return {ErrorCode::io, failure.what(), {{Recovery::retry}}, aftermath};
  }
}

}  // namespace ddx
