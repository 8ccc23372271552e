// What of a URL is a secret, in whatever text it stands: user info, and query values that grant access (signed URLs).

/** The user part of a URL: up to the last @ before the host. */
const userInfo = /(:\/\/)[^/?#\s"]+@/g;

/** Signatures and tokens of shared-access and presigned URLs, and what looks like them. */
const grants =
  /([?&](?:sig|signature|token|key|code|password|pwd|secret|auth|[\w-]*(?:token|signature|credential|key))=)[^&#\s"\\]+/gi;

/** The text with secrets of URLs in it shown as ***. */
export function maskUrls(text: string): string {
  return text.replace(userInfo, '$1***@').replace(grants, '$1***');
}
