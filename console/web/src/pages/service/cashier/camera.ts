/** Reading a QR code with the camera, where the browser can by itself (Chromium on Android and macOS). */
import { onScopeDispose, ref, type Ref } from 'vue'

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}

type DetectorClass = new (options: { formats: string[] }) => Detector

const Barcodes = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
const LOOK_EVERY_MS = 200

/** Whether this browser reads codes; a scan gun and ten digits do without. */
export const canSee = Barcodes != null && navigator.mediaDevices != null

export function useCamera(video: Ref<HTMLVideoElement | null>, onCode: (text: string) => void) {
  const isOn = ref(false)
  const problem = ref('')
  let stream: MediaStream | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  async function start(): Promise<void> {
    problem.value = ''
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
    } catch {
      problem.value = '摄像头打不开，请在浏览器里允许使用，或输入数字。'
      return
    }
    if (!video.value || !Barcodes) return stop()
    video.value.srcObject = stream
    isOn.value = true
    await video.value.play()
    const detector = new Barcodes({ formats: ['qr_code'] })
    timer = setInterval(() => void look(detector), LOOK_EVERY_MS)
  }

  async function look(detector: Detector): Promise<void> {
    if (!isOn.value || !video.value) return
    const [found] = await detector.detect(video.value).catch(() => [])
    if (found && isOn.value) onCode(found.rawValue)
  }

  function stop(): void {
    clearInterval(timer)
    isOn.value = false
    for (const track of stream?.getTracks() ?? []) track.stop()
    stream = null
  }

  onScopeDispose(stop)
  return { isOn, problem, start, stop }
}
